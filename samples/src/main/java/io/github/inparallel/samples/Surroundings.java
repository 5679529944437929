package io.github.inparallel.samples;

import io.github.inparallel.InParallel;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Service;

/** Tells what a task has around it, and logs. */
@Service
public class Surroundings {

    private static final Logger log = LoggerFactory.getLogger(Surroundings.class);

    private final ObjectProvider<Tracer> tracer;

    public Surroundings(ObjectProvider<Tracer> tracer) {
        this.tracer = tracer;
    }

    @InParallel
    public @Nullable String diagnostic(String key) {
        return MDC.get(key);
    }

    @InParallel
    public String language() {
        return LocaleContextHolder.getLocale().toLanguageTag();
    }

    /** Trace and parent of the span that the task runs in. */
    @InParallel
    public CompletableFuture<List<String>> trace() {
        Span span = tracer.getObject().currentSpan();
        return CompletableFuture.completedFuture(
                span == null
                        ? List.of()
                        : List.of(
                                span.context().traceId(),
                                String.valueOf(span.context().parentId())));
    }

    @InParallel
    public void say(String message) {
        log.debug("debug {}", message);
        log.info("info {}", message);
        log.warn("warn {}", message, new IllegalStateException("because"));
    }

    @InParallel
    public void sayAndDie(String message) {
        for (int i = 0; i < 100; i++) {
            log.info("{} {}", message, i);
        }
        Runtime.getRuntime().halt(1);
    }

    @InParallel
    public int print(int megabytes) {
        String line = "x".repeat(1023);
        for (int i = 0; i < megabytes * 1024; i++) {
            System.out.println(line);
        }
        return megabytes;
    }

    @InParallel
    public CompletableFuture<String> sleep(Duration time) throws InterruptedException {
        new CountDownLatch(1).await(time.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        return CompletableFuture.completedFuture("slept");
    }
}
