package io.github.inparallel.spring.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** A main that starts a second application where a worker does not see it. */
public final class DoubleMain {

    private DoubleMain() {}

    public static void main(String[] args) throws InterruptedException {
        Thread second = new Thread(() -> {
            SpringApplication application = new SpringApplication(Nested.class);
            application.setWebApplicationType(WebApplicationType.NONE);
            application.run().close();
        });
        second.start();
        second.join();
        try (ConfigurableApplicationContext context = SpringApplication.run(SampleApplication.class, args)) {
            System.out.println("greeting: " + context.getBean(Work.class).greet("Ada"));
        } catch (io.github.inparallel.WorkerStartException | io.github.inparallel.TaskRefusedException e) {
            System.out.println("failed: " + e.getMessage());
        }
    }
}
