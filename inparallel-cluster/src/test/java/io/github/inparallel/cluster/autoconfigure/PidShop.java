package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.InParallel;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with a method that says which process runs it. Ends when its standard input does. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class PidShop {

    public static void main(String[] arguments) throws Exception {
        try (ConfigurableApplicationContext context = SpringApplication.run(PidShop.class, arguments)) {
            System.out.println("member "
                    + context.getBean(ClusterMembership.class).address().orElseThrow());
            while (System.in.read() >= 0) {}
        }
    }

    @Bean
    Pids pids() {
        return new Pids();
    }

    static class Pids {

        @InParallel("ocr")
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(ProcessHandle.current().pid());
        }
    }

    @Bean
    Traces traces(Tracer tracer) {
        return new Traces(tracer);
    }

    @Bean
    InMemorySpanExporter spans() {
        return InMemorySpanExporter.create();
    }

    static class Traces {

        private final Tracer tracer;

        Traces(Tracer tracer) {
            this.tracer = tracer;
        }

        /** Returns the trace that the task runs in, and the span that its own is a child of. */
        @InParallel("ocr")
        public CompletableFuture<List<String>> trace() {
            Span current = tracer.currentSpan();
            return CompletableFuture.completedFuture(
                    current == null
                            ? List.of()
                            : List.of(
                                    current.context().traceId(),
                                    String.valueOf(current.context().parentId())));
        }
    }
}
