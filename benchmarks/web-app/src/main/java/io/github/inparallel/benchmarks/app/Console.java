package io.github.inparallel.benchmarks.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * How whoever measures speaks with the application: it says when it is ready, hands on the lines that it reads, and ends
 * with its standard input. Nothing of it happens in a worker, which is never ready in this sense.
 */
@Component
class Console {

    private final ApplicationEventPublisher publisher;

    Console(ApplicationEventPublisher publisher) {
        this.publisher = publisher;
    }

    /** A line that was read. */
    record Line(String text) {}

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        say("ready", System.currentTimeMillis());
        Thread reader = new Thread(this::read, "console");
        reader.setDaemon(true);
        reader.start();
    }

    static void say(String what, long value) {
        System.out.println("@@\t" + what + "\t" + value);
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                publisher.publishEvent(new Line(line));
            }
        } catch (IOException e) {
            // as good as its end
        }
        System.exit(0);
    }
}
