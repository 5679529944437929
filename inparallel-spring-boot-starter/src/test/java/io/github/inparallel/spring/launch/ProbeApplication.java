package io.github.inparallel.spring.launch;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** The smallest application, with the plainest main. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Probe.class)
class ProbeApplication {

    public static void main(String[] args) {
        try (ConfigurableApplicationContext context = SpringApplication.run(ProbeApplication.class, args)) {
            System.out.println(Probe.compare(context));
        }
    }
}
