package io.github.inparallel.spring.launch;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** An application that can be processed ahead of time. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableScheduling
public class AotMain {

    public static void main(String[] args) throws InterruptedException {
        try (ConfigurableApplicationContext context = SpringApplication.run(AotMain.class, args)) {
            Task task = context.getBean(Task.class);
            task.awaitTick();
            System.out.println("here: " + task.here());
            System.out.println("there: " + task.there());
        }
    }

    @Bean
    Task task(ApplicationContext context) {
        return new Task(context);
    }

    /** Begins to work by itself in two ways. */
    public static class Task {

        private final ApplicationContext context;
        private final CountDownLatch ticked = new CountDownLatch(1);
        private volatile boolean ready;

        Task(ApplicationContext context) {
            this.context = context;
        }

        @Scheduled(fixedRate = 10)
        public void tick() {
            ticked.countDown();
        }

        public void awaitTick() throws InterruptedException {
            ticked.await();
        }

        @EventListener(ApplicationReadyEvent.class)
        public void ready() {
            ready = true;
        }

        @InParallel
        public List<String> there() {
            return here();
        }

        public List<String> here() {
            List<String> facts = new ArrayList<>();
            facts.add(TaskContext.inWorker() ? "worker" : "application");
            boolean generated = AotDetector.useGeneratedArtifacts()
                    && !context.containsBean(AnnotationConfigUtils.CONFIGURATION_ANNOTATION_PROCESSOR_BEAN_NAME);
            facts.add(generated ? "from generated code" : "from annotations");
            if (ready) {
                facts.add("ready");
            }
            if (ticked.getCount() == 0) {
                facts.add("ticked");
            }
            return facts;
        }
    }
}
