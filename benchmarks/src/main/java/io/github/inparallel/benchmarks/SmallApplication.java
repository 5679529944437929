package io.github.inparallel.benchmarks;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** An application with one bean. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class SmallApplication {

    @Bean
    Tasks tasks() {
        return new TasksInWorker();
    }
}
