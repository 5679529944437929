package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.spring.TaskContextPropagator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;

/**
 * Carries the caller's authentication: name and authorities, never credentials, nor the principal's own object. A
 * principal that is a {@link UserDetails} is a {@link User} in the task, every other is its name. Callers without a
 * full authentication get no more in a task than before it: anonymous, remembered and unauthenticated callers stay
 * so.
 */
final class SecurityContextPropagator implements TaskContextPropagator, Ordered {

    private static final String NAME = "security.name";
    private static final String AUTHORITIES = "security.authorities";
    private static final String TRUST = "security.trust";
    private static final String ACCOUNT = "security.account";

    /** Key that tells tokens of one application from those of others; ours are never checked. */
    private static final String KEY = "inparallel";

    private final boolean propagates;

    private final AuthenticationTrustResolver resolver = new AuthenticationTrustResolverImpl();

    /** @param propagates false: a task has nobody's authentication */
    SecurityContextPropagator(boolean propagates) {
        this.propagates = propagates;
    }

    private enum Trust {
        FULL,
        REMEMBERED,
        ANONYMOUS,
        NONE
    }

    /** Order before the application's own propagators, which then have the last word. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void capture(Map<String, String> attributes) {
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        if (caller == null || !propagates) {
            return;
        }
        attributes.put(NAME, String.valueOf(caller.getName()));
        attributes.put(AUTHORITIES, written(caller.getAuthorities()));
        attributes.put(TRUST, trust(caller).name());
        if (caller.getPrincipal() instanceof UserDetails user) {
            attributes.put(ACCOUNT, account(user));
        }
    }

    private Trust trust(Authentication caller) {
        if (!caller.isAuthenticated()) {
            return Trust.NONE;
        }
        return resolver.isAnonymous(caller)
                ? Trust.ANONYMOUS
                : resolver.isRememberMe(caller) ? Trust.REMEMBERED : Trust.FULL;
    }

    /**
     * Writes authorities, each after its length, so that no character of one can make it two. An authority without a
     * name cannot cross.
     */
    private static String written(Collection<? extends GrantedAuthority> authorities) {
        StringBuilder text = new StringBuilder();
        for (GrantedAuthority each : authorities) {
            String authority = each.getAuthority();
            if (authority != null && !authority.isEmpty()) {
                text.append(authority.length()).append(':').append(authority);
            }
        }
        return text.toString();
    }

    private static List<GrantedAuthority> read(String text) {
        List<GrantedAuthority> authorities = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int begin = text.indexOf(':', at) + 1;
            int end = begin + Integer.parseInt(text, at, begin - 1, 10);
            authorities.add(new SimpleGrantedAuthority(text.substring(begin, end)));
            at = end;
        }
        return authorities;
    }

    private static String account(UserDetails user) {
        return "" + user.isEnabled() + ' ' + user.isAccountNonExpired() + ' ' + user.isCredentialsNonExpired() + ' '
                + user.isAccountNonLocked();
    }

    @Override
    public Scope restore(Map<String, String> attributes) {
        SecurityContextHolder.clearContext(); // a thread may have inherited one, which is not this caller's
        String name = attributes.get(NAME);
        if (name != null) {
            SecurityContext context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(authentication(
                    name,
                    read(attributes.getOrDefault(AUTHORITIES, "")),
                    Trust.valueOf(attributes.getOrDefault(TRUST, Trust.NONE.name())),
                    attributes.get(ACCOUNT)));
            SecurityContextHolder.setContext(context);
        }
        return SecurityContextHolder::clearContext; // also of what a body has set itself
    }

    private static Authentication authentication(
            String name, List<GrantedAuthority> authorities, Trust trust, @Nullable String account) {
        Object principal = account == null || name.isEmpty() ? name : user(name, authorities, account.split(" "));
        if (trust == Trust.FULL) {
            return UsernamePasswordAuthenticationToken.authenticated(principal, null, authorities);
        }
        boolean named = !name.isEmpty();
        if (trust == Trust.REMEMBERED && named) {
            return new RememberMeAuthenticationToken(KEY, principal, authorities);
        }
        if (trust == Trust.ANONYMOUS && named && !authorities.isEmpty()) {
            return new AnonymousAuthenticationToken(KEY, principal, authorities);
        }
        return UsernamePasswordAuthenticationToken.unauthenticated(principal, null);
    }

    private static User user(String name, List<GrantedAuthority> authorities, String[] account) {
        return new User(
                name,
                "",
                Boolean.parseBoolean(account[0]),
                Boolean.parseBoolean(account[1]),
                Boolean.parseBoolean(account[2]),
                Boolean.parseBoolean(account[3]),
                authorities);
    }
}
