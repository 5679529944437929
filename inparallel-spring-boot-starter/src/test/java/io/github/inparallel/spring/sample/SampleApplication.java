package io.github.inparallel.spring.sample;

import io.github.inparallel.spring.WorkerInitializer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.annotation.EnableTransactionManagement;

@SpringBootApplication
@EnableScheduling
@EnableTransactionManagement
public class SampleApplication {

    @Bean
    MeterRegistry registry() {
        return new SimpleMeterRegistry();
    }

    /** How often this process was initialised as a worker. */
    @Bean
    AtomicInteger initialized() {
        return new AtomicInteger();
    }

    @Bean
    WorkerInitializer initializer(AtomicInteger initialized) {
        return context -> initialized.incrementAndGet();
    }

    public static void main(String[] args) {
        SpringApplication.run(SampleApplication.class, args);
    }
}
