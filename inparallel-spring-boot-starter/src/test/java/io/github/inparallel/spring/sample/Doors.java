package io.github.inparallel.spring.sample;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Everything by which an application begins to work by itself. */
@Component
class Doors implements ApplicationRunner, SmartLifecycle {

    private final List<String> opened = new CopyOnWriteArrayList<>();

    List<String> opened() {
        return opened;
    }

    @Override
    public void run(ApplicationArguments args) {
        opened.add("runner");
    }

    @Scheduled(fixedRate = 10)
    void scheduled() {
        if (!opened.contains("scheduled")) {
            opened.add("scheduled");
        }
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        opened.add("ready");
    }

    @EventListener(ContextRefreshedEvent.class)
    void refreshed() {
        opened.add("refreshed");
    }

    @Override
    public void start() {
        opened.add("lifecycle");
    }

    @Override
    public void stop() {
        opened.remove("lifecycle");
    }

    @Override
    public boolean isRunning() {
        return opened.contains("lifecycle");
    }
}
