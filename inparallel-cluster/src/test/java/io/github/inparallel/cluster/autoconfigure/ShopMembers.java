package io.github.inparallel.cluster.autoconfigure;

import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.cluster.ClusterStats;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Members of a cluster in one JVM, real applications, whose workers are threads. */
final class ShopMembers implements AutoCloseable {

    /** Does not fail, and then does. */
    static class Ocr {

        private final String owner;

        Ocr(String owner) {
            this.owner = owner;
        }

        @InParallel("ocr")
        public CompletableFuture<String> read(String page) {
            return page.isEmpty()
                    ? CompletableFuture.failedFuture(new IllegalArgumentException("an empty page"))
                    : CompletableFuture.completedFuture(page + " read by " + owner);
        }
    }

    /** Tells the caller's diagnostic context, and waits. */
    static class Surroundings {

        @InParallel("ocr")
        public String diagnostic(String key) {
            return String.valueOf(MDC.get(key));
        }

        @InParallel("ocr")
        public CompletableFuture<String> forever() throws InterruptedException {
            return never();
        }

        @InParallel(pool = "ocr", timeout = "300ms")
        public CompletableFuture<String> never() throws InterruptedException {
            new CountDownLatch(1).await();
            return CompletableFuture.completedFuture("");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {

        @Bean
        Ocr ocr(Environment environment) {
            return new Ocr(environment.getProperty("test.owner", "nobody"));
        }

        @Bean
        Surroundings surroundings() {
            return new Surroundings();
        }

        /** As Spring Boot does it, whose module is not on this class path. */
        @Bean
        MeterRegistry registry(ObjectProvider<MeterBinder> binders) {
            MeterRegistry registry = new SimpleMeterRegistry();
            binders.forEach(binder -> binder.bindTo(registry));
            return registry;
        }
    }

    /** The next build of the application, with one more method. */
    @Configuration(proxyBeanMethods = false)
    static class NextShop extends Shop {

        @Bean
        NextMethods nextMethods() {
            return new NextMethods();
        }
    }

    static class NextMethods {

        @InParallel("ocr")
        public CompletableFuture<Integer> count(String page) {
            return CompletableFuture.completedFuture(page.length());
        }
    }

    private final List<ConfigurableApplicationContext> open = new ArrayList<>();

    /** Starts a member that shares its pool 'ocr', on any free port. */
    ConfigurableApplicationContext start(String... properties) {
        return start(Shop.class, properties);
    }

    ConfigurableApplicationContext start(Class<?> build, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "spring.application.name=shop",
                "inparallel.mode=in-process",
                "inparallel.cluster.enabled=true",
                "inparallel.cluster.port=0",
                "inparallel.pools.ocr.spread=cluster"));
        all.addAll(List.of(properties));
        ConfigurableApplicationContext context = new SpringApplicationBuilder(build)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .properties(all.toArray(String[]::new))
                .run();
        open.add(context);
        return context;
    }

    static String address(ConfigurableApplicationContext member) {
        return membership(member).address().orElseThrow();
    }

    static ClusterMembership membership(ConfigurableApplicationContext member) {
        return member.getBean(ClusterMembership.class);
    }

    static TaskFuture<String> read(ConfigurableApplicationContext member, String page) {
        return (TaskFuture<String>) member.getBean(Ocr.class).read(page);
    }

    /** Waits until it sees another in this state. */
    static void awaitOther(ConfigurableApplicationContext member, ClusterStats.State state) {
        await().until(() -> membership(member)
                .stats()
                .filter(stats -> stats.count(state) > 0)
                .isPresent());
    }

    @Override
    public void close() {
        open.forEach(ConfigurableApplicationContext::close);
    }
}
