package io.github.inparallel.spring.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A main that catches everything. */
public final class SwallowingMain {

    private SwallowingMain() {}

    public static void main(String[] args) {
        try (ConfigurableApplicationContext context = SpringApplication.run(SampleApplication.class, args)) {
            System.out.println("greeting: " + context.getBean(Work.class).greet("Ada"));
        } catch (Throwable e) {
            System.out.println("swallowed " + e);
        }
    }
}
