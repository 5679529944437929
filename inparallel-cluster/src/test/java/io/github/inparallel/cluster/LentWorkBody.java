package io.github.inparallel.cluster;

import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Made by workers that are threads of the test's own JVM. */
public final class LentWorkBody implements LentWork {

    static final AtomicInteger BEGUN = new AtomicInteger(); // sleeping and held tasks
    static final AtomicInteger INTERRUPTED = new AtomicInteger();
    static volatile CountDownLatch release = new CountDownLatch(1);

    static void reset() {
        BEGUN.set(0);
        INTERRUPTED.set(0);
        release = new CountDownLatch(1);
    }

    @Override
    public CompletableFuture<String> echo(String text) {
        return CompletableFuture.completedFuture(text);
    }

    @Override
    public CompletableFuture<byte[]> copy(byte[] bytes) {
        return CompletableFuture.completedFuture(bytes);
    }

    @Override
    public CompletableFuture<Void> fail(String message) {
        throw new IllegalStateException(message);
    }

    @Override
    public CompletableFuture<String> progress() {
        for (int i = 1; i <= 10_000; i++) {
            TaskContext.current().orElseThrow().progress(i / 10_000.0, "step " + i);
        }
        return CompletableFuture.completedFuture("done");
    }

    @Override
    public CompletableFuture<String> sleep(TaskOptions options) {
        return await(new CountDownLatch(1));
    }

    @Override
    public CompletableFuture<String> hold(TaskOptions options) {
        return await(release);
    }

    private static CompletableFuture<String> await(CountDownLatch latch) {
        BEGUN.incrementAndGet();
        try {
            latch.await();
            return CompletableFuture.completedFuture("released");
        } catch (InterruptedException e) {
            INTERRUPTED.incrementAndGet();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
