package io.github.inparallel.spring.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.ResolvableType;

/** Events in a worker of an application with a multicaster of its own. */
@Timeout(20)
class OwnMulticasterTests {

    /** Notes what it tells, as one that keeps events until they have been dealt with. */
    static class Noting extends SimpleApplicationEventMulticaster {

        final List<Object> noted = new ArrayList<>();

        Noting(BeanFactory factory) {
            super(factory);
        }

        @Override
        public void multicastEvent(ApplicationEvent event, @Nullable ResolvableType type) {
            noted.add(event instanceof PayloadApplicationEvent<?> payload ? payload.getPayload() : event);
            super.multicastEvent(event, type);
        }

        List<Object> noted() {
            return noted;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        final List<Object> heard = new ArrayList<>();

        @Bean
        static Noting applicationEventMulticaster(BeanFactory factory) {
            return new Noting(factory);
        }

        @EventListener
        void hear(String event) {
            heard.add(event);
        }

        @EventListener
        void start(ContextRefreshedEvent event) {
            heard.add(event);
        }
    }

    @Test
    void itTellsWhatTasksPublishAndNothingOfTheStart() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            HeldBack heldBack = new HeldBack();
            context.addBeanFactoryPostProcessor(
                    new WorkerModePostProcessor(List.of(), heldBack, new DatabaseGuard(heldBack, 1, false, null)));
            context.register(Application.class);
            context.refresh();

            context.publishEvent("placed");

            assertThat(context.getBean(Application.class).heard).containsExactly("placed");
            assertThat(context.getBean(Noting.class).noted()).containsExactly("placed");
        }
    }
}
