package io.github.inparallel.spring.launch;

import java.util.Map;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** A main of the test class path, as in development, that adds to what the application's own main starts. */
final class AugmentingMain {

    private AugmentingMain() {}

    @Configuration(proxyBeanMethods = false)
    static class Additions {

        @Bean
        static BeanFactoryPostProcessor additions(ConfigurableEnvironment environment) {
            return beans -> environment
                    .getPropertySources()
                    .addLast(new MapPropertySource("additions", Map.of("from.additions", "it is")));
        }
    }

    public static void main(String[] args) {
        SpringApplication.from(ProbeApplication::main)
                .with(Additions.class)
                .withAdditionalProfiles("extra")
                .run(args);
    }
}
