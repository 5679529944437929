package io.github.inparallel.spring.worker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

class AbsentScopeTests {

    @Test
    void taskThatAsksForABeanOfARequestIsToldWhyThereIsNone() {
        try (AnnotationConfigApplicationContext worker = new AnnotationConfigApplicationContext()) {
            worker.register(Scoped.class);
            worker.addBeanFactoryPostProcessor(AbsentScope::register);
            worker.refresh();

            assertThatThrownBy(() -> worker.getBean("cart", Cart.class).items())
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("There is no bean 'cart' in a worker, as it is of scope 'request':"
                            + " pass what the task needs of it as an argument");
        }
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
}
