package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.InParallel;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.util.Objects;
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

    static final String TRACE_OF = "trace of process ";

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
    Traces traces(ObservationRegistry registry) {
        return new Traces(registry);
    }

    /** As Micrometer Tracing does it, whose modules are not on this class path: hands the trace on, and takes it over. */
    @Bean
    ObservationRegistry observations() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<SenderContext<Object>>() {
            @Override
            public void onStart(SenderContext<Object> context) {
                context.getSetter()
                        .set(
                                context.getCarrier(),
                                "traceparent",
                                TRACE_OF + ProcessHandle.current().pid());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof SenderContext;
            }
        });
        registry.observationConfig().observationHandler(new ObservationHandler<ReceiverContext<Object>>() {
            @Override
            public void onStart(ReceiverContext<Object> context) {
                String parent = context.getGetter().get(Objects.requireNonNull(context.getCarrier()), "traceparent");
                context.put("parent", String.valueOf(parent));
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof ReceiverContext;
            }
        });
        return registry;
    }

    static class Traces {

        private final ObservationRegistry registry;

        Traces(ObservationRegistry registry) {
            this.registry = registry;
        }

        /** The span that the task's own observation is a child of. */
        @InParallel("ocr")
        public String parent() {
            Observation current = registry.getCurrentObservation();
            return current == null
                    ? "none"
                    : String.valueOf(current.getContext().<Object>get("parent"));
        }
    }
}
