package io.github.inparallel.pool;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** What the chaos test has done in workers: every task says that it runs, then does its kind of thing. */
@InParallel
public interface ChaosWork {

    enum Kind {
        FAST,
        SLOW,
        THROWING,
        LARGE,
        CANCELLED,
        TIMING_OUT,
        STUBBORN,
        CRASHING,
        RETRIED
    }

    /**
     * @param runs file to which every run of a task adds the task's number
     * @return the number, and how much the payload weighs
     */
    CompletableFuture<String> work(int number, Kind kind, int millis, byte[] payload, String runs, TaskOptions options);

    static String answer(int number, byte[] payload) {
        int sum = 0;
        for (byte each : payload) {
            sum = 31 * sum + each;
        }
        return number + ":" + payload.length + ":" + sum;
    }

    /** The body. */
    final class Body implements ChaosWork {

        @Override
        public CompletableFuture<String> work(
                int number, Kind kind, int millis, byte[] payload, String runs, TaskOptions options) {
            try {
                Files.write(
                        Path.of(runs + "-" + ProcessHandle.current().pid()),
                        (number + "\n").getBytes(StandardCharsets.US_ASCII),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            switch (kind) {
                case THROWING -> throw new IllegalStateException("no " + number);
                case CRASHING -> Runtime.getRuntime().halt(number % 2);
                case TIMING_OUT -> sleepForEver();
                case STUBBORN -> {
                    while (number >= 0) {
                        LockSupport.park();
                        Thread.interrupted();
                    }
                }
                default -> LockSupport.parkNanos(millis * 1_000_000L);
            }
            return CompletableFuture.completedFuture(answer(number, payload));
        }

        private static void sleepForEver() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("stopped", e);
            }
        }
    }
}
