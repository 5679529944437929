package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.spring.ui.PageCsrf;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** Finds Spring Security's token against forged requests, where a servlet handles the request. */
final class RequestCsrf {

    private RequestCsrf() {}

    static @Nullable PageCsrf token() {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        Object found = request == null
                ? null
                : request.getAttribute(CsrfToken.class.getName(), RequestAttributes.SCOPE_REQUEST);
        return found instanceof CsrfToken token ? new PageCsrf(token.getHeaderName(), token.getToken()) : null;
    }
}
