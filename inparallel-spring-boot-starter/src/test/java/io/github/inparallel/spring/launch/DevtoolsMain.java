package io.github.inparallel.spring.launch;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** An application under development: it stays, and is started again when its classes change. */
@SpringBootConfiguration
@EnableAutoConfiguration
class DevtoolsMain {

    public static void main(String[] args) {
        ConfigurableApplicationContext context = SpringApplication.run(DevtoolsMain.class, args);
        Task task = context.getBean(Task.class);
        Place here = Place.ofThis();
        Place there = task.there();
        String failure = "none";
        try {
            task.fail();
        } catch (Own e) {
            failure = Objects.requireNonNull(e.getMessage());
        }
        String round = System.getProperty("round", "first");
        System.setProperty("round", "second");
        System.out.println(round + " here: " + here.loader());
        System.out.println(round + " there: " + there.loader() + ", " + failure);
        System.out.println(round + " worker: " + there.pid());
    }

    @Bean
    Task task() {
        return new Task();
    }

    /** A process, and what loaded this class in it. */
    record Place(long pid, String loader) {

        static Place ofThis() {
            return new Place(
                    ProcessHandle.current().pid(),
                    Place.class.getClassLoader().getClass().getSimpleName());
        }
    }

    static final class Own extends RuntimeException {
        private static final long serialVersionUID = 1;

        Own(String message) {
            super(message);
        }
    }

    static class Task {

        @InParallel
        public Place there() {
            return Place.ofThis();
        }

        @InParallel
        public void fail() {
            throw new Own(TaskContext.inWorker() ? "failed in worker" : "failed here");
        }
    }
}
