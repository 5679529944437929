package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.spring.WorkerPools;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** A WebFlux application. */
@Tag("process")
@Timeout(120)
@DirtiesContext
@SpringBootTest(
        classes = ReactiveTests.Shop.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "spring.main.web-application-type=reactive")
class ReactiveTests {

    @LocalServerPort
    private int port;

    @Autowired
    private WorkerPools pools;

    private WebClient client() {
        return WebClient.create("http://localhost:" + port);
    }

    private boolean isBusy() {
        return pools.get("default").stats().workers(WorkerState.BUSY) > 0;
    }

    @Test
    void aMonoIsTheAnswerOfAWorker() {
        String pid =
                client().get().uri("/pid").retrieve().bodyToMono(String.class).block();

        assertThat(pid).isNotEqualTo(Long.toString(ProcessHandle.current().pid()));
    }

    @Test
    void aClientThatGoesAwayCancelsTheTask() {
        Disposable request = client().get()
                .uri("/forever")
                .retrieve()
                .bodyToMono(String.class)
                .subscribe(value -> {}, failure -> {});
        await().atMost(Duration.ofSeconds(30)).until(this::isBusy);

        request.dispose();

        await().atMost(Duration.ofSeconds(30)).until(() -> !isBusy());
        assertThat(pools.get("default").stats().inFlight()).isZero();
    }

    @Test
    void aReactiveBodyFindsTheCallerOfItsChain() {
        String caller = client().get()
                .uri("/caller")
                .retrieve()
                .bodyToMono(String.class)
                .block();

        assertThat(caller).isEqualTo("eve");
    }

    @Test
    void theEndpointOnlyReadsUnlessItMayDoMore() {
        client().get().uri("/pid").retrieve().bodyToMono(String.class).block();
        long pid = pools.get("default").stats().workers().get(0).pid();

        assertThat(client().get()
                        .uri("/actuator/inparallel/default/" + pid + "/histogram")
                        .retrieve()
                        .bodyToMono(String.class)
                        .block())
                .contains("\"className\":\"java.lang.String\"");
        assertThat(client().post()
                        .uri("/actuator/inparallel/default")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(Map.of("action", "drain"))
                        .exchangeToMono(answer -> Mono.just(answer.statusCode().value()))
                        .block())
                .isEqualTo(405);
        assertThat(pools.get("default").isDraining()).isFalse();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
                "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
                "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration"
            })
    static class Shop {

        @Bean
        Pids pids() {
            return new Pids();
        }

        @Bean
        PidController controller(Pids pids) {
            return new PidController(pids);
        }
    }

    static class Pids {

        @InParallel
        public Mono<Long> pid() {
            return Mono.fromSupplier(() -> ProcessHandle.current().pid());
        }

        @InParallel
        public Mono<String> caller() {
            return ReactiveSecurityContextHolder.getContext()
                    .mapNotNull(SecurityContext::getAuthentication)
                    .map(Authentication::getName);
        }

        @InParallel
        public Mono<Long> forever() {
            return Mono.never();
        }
    }

    @RestController
    static class PidController {

        private final Pids pids;

        PidController(Pids pids) {
            this.pids = pids;
        }

        @GetMapping("/pid")
        Mono<String> pid() {
            return pids.pid().map(String::valueOf);
        }

        @GetMapping("/caller")
        Mono<String> caller() {
            Authentication eve = new TestingAuthenticationToken("eve", "secret", "ROLE_USER");
            return pids.caller().contextWrite(ReactiveSecurityContextHolder.withAuthentication(eve));
        }

        @GetMapping("/forever")
        Mono<String> forever() {
            return pids.forever().map(String::valueOf);
        }
    }
}
