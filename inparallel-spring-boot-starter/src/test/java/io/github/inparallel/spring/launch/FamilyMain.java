package io.github.inparallel.spring.launch;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** A parent context and two children, each with beans whose methods run in workers. */
final class FamilyMain {

    private FamilyMain() {}

    public static void main(String[] args) {
        SpringApplicationBuilder left = new SpringApplicationBuilder(Base.class).child(Left.class);
        ConfigurableApplicationContext leftContext = left.run(args);
        ConfigurableApplicationContext rightContext =
                left.sibling(new Class<?>[] {Right.class}, args).run(args);
        try (leftContext;
                rightContext) {
            System.out.println(leftContext.getBean(Member.class).there());
            System.out.println(rightContext.getBean(Member.class).there());
            System.out.println(leftContext.getBean(Member.class).there());
        }
    }

    /** What the members of the family share. */
    record Surname(String name) {}

    static class Member {
        private final String name;
        private final Surname surname;

        Member(String name, Surname surname) {
            this.name = name;
            this.surname = surname;
        }

        @InParallel
        public String there() {
            return (TaskContext.inWorker() ? "worker of " : "no worker of ") + name + " " + surname.name();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Base {

        @Bean
        Surname surname() {
            return new Surname("Base");
        }

        @Bean
        ApplicationRunner runner() {
            return arguments -> System.out.println("runner of the parent");
        }

        @EventListener(ApplicationReadyEvent.class)
        void ready(ApplicationReadyEvent event) {
            if (event.getApplicationContext().getParent() == null) {
                System.out.println("parent is ready");
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Left {

        @Bean
        Member member(Surname surname) {
            return new Member("Left", surname);
        }

        @Bean
        ApplicationRunner leftRunner() {
            return arguments -> System.out.println("runner of the child");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Right {

        @Bean
        Member member(Surname surname) {
            return new Member("Right", surname);
        }
    }
}
