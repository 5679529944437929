package io.github.inparallel.war;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Has no main: the servlet container starts it. */
@SpringBootConfiguration
@EnableAutoConfiguration
public class WarApplication extends SpringBootServletInitializer {

    @Override
    protected SpringApplicationBuilder configure(SpringApplicationBuilder builder) {
        return builder.sources(WarApplication.class)
                .profiles("deployed")
                .properties(
                        "from.defaults=of the initializer",
                        "inparallel.pool.heap=64MB",
                        "inparallel.pool.max-workers=1");
    }

    @Bean
    Task task(Environment environment) {
        return new Task(environment);
    }

    @Bean
    ApplicationRunner runner(Task task) {
        return arguments -> {
            System.out.println("here: " + task.here());
            System.out.println("there: " + task.there());
        };
    }

    public static class Task {

        private final Environment environment;

        Task(Environment environment) {
            this.environment = environment;
        }

        @InParallel
        public String there() {
            return here();
        }

        public String here() {
            return (TaskContext.inWorker() ? "worker, " : "application, ")
                    + environment.matchesProfiles("deployed") + ", "
                    + environment.getProperty("from.defaults") + ", "
                    + environment.getProperty("from.context");
        }
    }
}
