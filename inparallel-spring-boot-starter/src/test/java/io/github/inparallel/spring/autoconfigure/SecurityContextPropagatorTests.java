package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.InParallel;
import io.github.inparallel.spring.TaskContextPropagator;
import io.github.inparallel.spring.WorkerPools;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import reactor.core.publisher.Mono;

/** A task knows who its caller is and what that one may do, and nothing more. */
@Timeout(60)
class SecurityContextPropagatorTests {

    private static final List<GrantedAuthority> USER = AuthorityUtils.createAuthorityList("ROLE_USER");

    private static final String CHARACTERS = "0123456789:,\n\0\\ROLE_\u00e9\ud83d";

    private final SecurityContextPropagator propagator = new SecurityContextPropagator(true);

    @AfterEach
    void nobody() {
        SecurityContextHolder.clearContext();
    }

    private Map<String, String> captured(@Nullable Authentication caller) {
        SecurityContextHolder.getContext().setAuthentication(caller);
        Map<String, String> attributes = new HashMap<>();
        propagator.capture(attributes);
        SecurityContextHolder.clearContext();
        return attributes;
    }

    private @Nullable Authentication inTask(@Nullable Authentication caller) {
        TaskContextPropagator.Scope scope = propagator.restore(captured(caller));
        Authentication found = SecurityContextHolder.getContext().getAuthentication();
        scope.close();
        assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
        return found;
    }

    @Test
    void nobodyIsNobodyAndWhatABodySetsIsCleared() {
        assertThat(captured(null)).isEmpty();

        TaskContextPropagator.Scope scope = propagator.restore(Map.of());
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("left", "", USER));
        scope.close();

        assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
    }

    @Test
    void whatIsLeftOnTheThreadIsNoOtherCallers() {
        Map<String, String> nobody = captured(null);
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("left", "", USER));

        TaskContextPropagator.Scope scope = propagator.restore(nobody);

        assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
        scope.close();
    }

    @Test
    void whereNothingPropagatesNothingIsLeftEither() {
        SecurityContextPropagator none = new SecurityContextPropagator(false);
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("caller", "", USER));
        Map<String, String> attributes = new HashMap<>();
        none.capture(attributes);
        assertThat(attributes).isEmpty();

        TaskContextPropagator.Scope scope = none.restore(attributes);

        assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("body", "", USER));
        scope.close();
        assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
    }

    @Test
    void nameAndAuthoritiesCrossAndCredentialsDoNot() {
        Authentication caller = UsernamePasswordAuthenticationToken.authenticated(
                User.withUsername("eve").password("secret").authorities(USER).build(), "secret", USER);

        assertThat(captured(caller).values()).noneMatch(value -> value.contains("secret"));
        assertThat(inTask(caller)).isNotNull().satisfies(task -> {
            assertThat(task.isAuthenticated()).isTrue();
            assertThat(task.getName()).isEqualTo("eve");
            assertThat(task.getCredentials()).isNull();
            assertThat(task.getAuthorities()).isEqualTo(USER);
            assertThat(task.getPrincipal()).isInstanceOfSatisfying(UserDetails.class, user -> {
                assertThat(user.getUsername()).isEqualTo("eve");
                assertThat(user.getPassword()).isEmpty();
                assertThat(user.isEnabled()).isTrue();
                assertThat(user.isAccountNonLocked()).isTrue();
            });
        });
    }

    @Test
    void anAccountIsWhatItWas() {
        UserDetails locked = User.withUsername("eve")
                .password("secret")
                .authorities(USER)
                .accountLocked(true)
                .build();

        assertThat(inTask(UsernamePasswordAuthenticationToken.authenticated(locked, null, USER)))
                .isNotNull()
                .extracting(Authentication::getPrincipal)
                .isInstanceOfSatisfying(UserDetails.class, user -> {
                    assertThat(user.isAccountNonLocked()).isFalse();
                    assertThat(user.isEnabled()).isTrue();
                    assertThat(user.isCredentialsNonExpired()).isTrue();
                });
    }

    @Test
    void aPrincipalOfAnotherKindIsItsName() {
        assertThat(inTask(UsernamePasswordAuthenticationToken.authenticated(URI.create("token"), "", USER)))
                .isNotNull()
                .extracting(Authentication::getPrincipal)
                .isEqualTo("token");
    }

    @Test
    void aTaskIsTrustedNoMoreThanItsCaller() {
        assertThat(inTask(new AnonymousAuthenticationToken("key", "guest", USER)))
                .isInstanceOf(AnonymousAuthenticationToken.class);
        assertThat(inTask(new RememberMeAuthenticationToken("key", "eve", USER)))
                .isInstanceOf(RememberMeAuthenticationToken.class);
        assertThat(inTask(UsernamePasswordAuthenticationToken.unauthenticated("eve", "secret")))
                .isNotNull()
                .satisfies(task -> {
                    assertThat(task.isAuthenticated()).isFalse();
                    assertThat(task.getName()).isEqualTo("eve");
                });
    }

    @Test
    void authoritiesOfAnyCharactersStayWhatTheyAre() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<GrantedAuthority> authorities = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                StringBuilder name = new StringBuilder("a");
                for (int length = random.nextInt(12); length > 0; length--) {
                    name.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
                }
                authorities.add(new SimpleGrantedAuthority(name.toString()));
            }
            assertThat(inTask(UsernamePasswordAuthenticationToken.authenticated("eve", null, authorities)))
                    .as("seed %s", seed)
                    .isNotNull()
                    .satisfies(task -> assertThat(task.getAuthorities()).isEqualTo(authorities));
        }
    }

    @Test
    void anAuthorityWithoutANameDoesNotCross() {
        GrantedAuthority unnamed = () -> null;

        assertThat(inTask(
                        UsernamePasswordAuthenticationToken.authenticated("eve", null, List.of(unnamed, USER.get(0)))))
                .isNotNull()
                .satisfies(task -> assertThat(task.getAuthorities()).isEqualTo(USER));
    }

    // ---- wired

    static class Asks {

        @InParallel
        public @Nullable String caller() {
            Authentication caller = SecurityContextHolder.getContext().getAuthentication();
            return caller == null ? null : caller.getName();
        }

        @InParallel
        public Mono<String> callerOfAChain() {
            return ReactiveSecurityContextHolder.getContext()
                    .map(context ->
                            Objects.requireNonNull(context.getAuthentication()).getName())
                    .defaultIfEmpty("nobody");
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(InParallelAutoConfiguration.class, InParallelSecurityAutoConfiguration.class))
            .withPropertyValues("inparallel.mode=in-process", "inparallel.pool.max-workers=1")
            .withBean(Asks.class);

    @Test
    void theCallerIsKnownInTasksOnThreadsToo() {
        runner.run(context -> {
            Asks asks = context.getBean(Asks.class);
            SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("eve", "", USER));

            assertThat(asks.caller()).isEqualTo("eve");

            SecurityContextHolder.clearContext();
            assertThat(asks.caller()).isNull();
        });
    }

    @Test
    void theCallerOfAReactiveChainIsKnownThoughNotToItsThread() {
        runner.run(context -> {
            Mono<String> asked = context.getBean(Asks.class).callerOfAChain();
            Authentication eve = new TestingAuthenticationToken("eve", "", USER);
            Mono<SecurityContext> later = Mono.delay(Duration.ofMillis(1)).map(tick -> new SecurityContextImpl(eve));

            assertThat(asked.contextWrite(ReactiveSecurityContextHolder.withAuthentication(eve))
                            .block())
                    .isEqualTo("eve");
            assertThat(asked.contextWrite(ReactiveSecurityContextHolder.withSecurityContext(later))
                            .block())
                    .isEqualTo("eve");
            assertThat(asked.block()).isEqualTo("nobody");
            assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
            assertThat(asked.contextWrite(ReactiveSecurityContextHolder.withSecurityContext(
                                    Mono.error(new IllegalStateException("no session"))))
                            .onErrorResume(failure -> Mono.just(String.valueOf(failure.getMessage())))
                            .block())
                    .isEqualTo("no session");
        });
    }

    @Test
    void noneIsAPropertyAway() {
        runner.withPropertyValues("inparallel.worker.security-context=none").run(context -> {
            SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("eve", "", USER));

            assertThat(context.getBean(Asks.class).caller()).isNull();
        });
    }

    @Test
    void whereSpringSecurityIsNotThereNothingIsPropagated() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        InParallelAutoConfiguration.class, InParallelSecurityAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("org.springframework.security"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(WorkerPools.class)
                        .doesNotHaveBean("inParallelSecurityContextPropagator"));
    }
}
