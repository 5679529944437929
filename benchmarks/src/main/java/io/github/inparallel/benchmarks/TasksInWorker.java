package io.github.inparallel.benchmarks;

import io.github.inparallel.TaskContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

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

    @Override
    public CompletableFuture<Integer> sleep(int millis) {
        LockSupport.parkNanos(millis * 1_000_000L);
        return CompletableFuture.completedFuture(millis);
    }

    @Override
    public CompletableFuture<byte[]> bytes(int size) {
        return CompletableFuture.completedFuture(new byte[size]);
    }
}
