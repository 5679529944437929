package io.github.inparallel.benchmarks;

import io.github.inparallel.TaskContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The bodies. */
final class TasksInWorker implements Tasks {

    @Override
    public String echo(String text) {
        return text;
    }

    @Override
    public CompletableFuture<String> echoLater(String text) {
        return CompletableFuture.completedFuture(text);
    }

    @Override
    public byte[] echoBytes(byte[] bytes) {
        return bytes;
    }

    @Override
    public CompletableFuture<Void> hang() {
        TaskContext.current().orElseThrow().progress(0, "begun");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Long> work(int millionSteps) {
        return CompletableFuture.completedFuture(Work.steps(millionSteps));
    }
}
