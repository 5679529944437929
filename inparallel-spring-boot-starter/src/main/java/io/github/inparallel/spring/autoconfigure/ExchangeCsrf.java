package io.github.inparallel.spring.autoconfigure;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives the page Spring Security's token against forged requests where no servlet handles the request: in a header of its
 * first state, since an endpoint does not see the exchange that holds it. Behind Spring Security's own filter, so that only
 * those who may see the state get there.
 */
final class ExchangeCsrf implements WebFilter, Ordered {

    private static final String HEADER = "Inparallel-Csrf";

    private final Supplier<@Nullable String> root;

    /** @param root path of the page's endpoint, once that is known */
    ExchangeCsrf(Supplier<@Nullable String> root) {
        this.root = root;
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Mono<CsrfToken> token = exchange.getAttribute(CsrfToken.class.getName());
        if (token == null || !isFirstState(exchange)) {
            return chain.filter(exchange);
        }
        return token.doOnNext(known ->
                        exchange.getResponse().getHeaders().set(HEADER, known.getHeaderName() + " " + known.getToken()))
                .then(chain.filter(exchange));
    }

    private boolean isFirstState(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        String endpoint = path.endsWith("/state")
                        && !exchange.getRequest().getQueryParams().containsKey("since")
                ? root.get()
                : null;
        return endpoint != null && path.endsWith(endpoint + "/state");
    }
}
