package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.InParallel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

@Timeout(60)
class WebScopesTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(InParallelAutoConfiguration.class))
            .withPropertyValues("inparallel.mode=in-process")
            .withUserConfiguration(Scoped.class);

    @Test
    void beanOfTasksOnlyCannotHaveARequestsBean() {
        runner.withBean("tasks", TasksOnly.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("Bean 'tasks' has the bean 'cart' of scope 'request'")
                        .hasMessageContaining("where there is no request"));
    }

    @Test
    void beanWithOtherMethodsMayHaveIt() {
        runner.withBean(Both.class).run(context -> assertThat(context).hasNotFailed());
    }

    @Configuration(proxyBeanMethods = false)
    static class Scoped {

        @Bean
        @Scope(value = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Cart cart() {
            return new Cart();
        }
    }

    static class Cart {

        int items() {
            return 3;
        }
    }

    static class TasksOnly {

        @Autowired
        private Cart cart;

        @InParallel
        public int items() {
            return cart.items();
        }
    }

    static class Both {

        private final Cart cart;

        Both(Cart cart) {
            this.cart = cart;
        }

        @InParallel
        public int items() {
            return cart.items();
        }

        public int itemsOfThisRequest() {
            return cart.items();
        }
    }
}
