package io.github.inparallel.cluster;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What members run for each other while they are killed: every task says that it runs, then does its kind of thing. */
@InParallel
public interface ChaosWork {

    int RETRIES = 2;

    /** What a task does, how many of a thousand do so, and how they may end. A member may be lost whatever they do. */
    enum Kind {
        FAST(510, TaskState.SUCCEEDED),
        SLOW(150, TaskState.SUCCEEDED),
        PROGRESS(80, TaskState.SUCCEEDED),
        RETRIED(100, TaskState.SUCCEEDED),
        LARGE(40, TaskState.SUCCEEDED),
        THROWING(60, TaskState.FAILED),
        CANCELLED(40, TaskState.SUCCEEDED, TaskState.CANCELLED),
        TIMING_OUT(12, TaskState.TIMED_OUT),
        STUBBORN(4, TaskState.TIMED_OUT),
        CRASHING(4),
        QUICK(0, TaskState.SUCCEEDED); // of a method of its own: many at a time

        private final int share;
        private final int ends; // a bit for each state

        Kind(int share, TaskState... ends) {
            this.share = share;
            int bits = 1 << TaskState.WORKER_LOST.ordinal();
            for (TaskState end : ends) {
                bits |= 1 << end.ordinal();
            }
            this.ends = bits;
        }

        static Kind any(Random random) {
            int draw = random.nextInt(1_000);
            for (Kind each : values()) {
                draw -= each.share;
                if (draw < 0) {
                    return each;
                }
            }
            return FAST;
        }

        boolean mayEnd(TaskState state) {
            return (ends & 1 << state.ordinal()) != 0;
        }
    }

    /**
     * @param runs file to which every run of a task adds the task's number
     * @return as many bytes as there were, the number among them
     */
    CompletableFuture<byte[]> work(
            long number, Kind kind, int millis, byte[] payload, String runs, TaskOptions options);

    /** The same for {@link Kind#QUICK}, by a method that takes microseconds: such tasks may come ahead of slots. */
    CompletableFuture<byte[]> quick(long number, byte[] payload, String runs);

    static byte[] answer(long number, byte[] payload) {
        byte[] answer = payload.clone();
        for (int i = 0; i < answer.length; i += 100) {
            answer[i] ^= (byte) number;
        }
        return answer;
    }

    /** The body. */
    final class Body implements ChaosWork {

        // Open: a quick task has no time to open it. No channel: an interrupt would close it. Guarded by the class.
        private static @Nullable OutputStream runsOfThis;

        @Override
        public CompletableFuture<byte[]> work(
                long number, Kind kind, int millis, byte[] payload, String runs, TaskOptions options) {
            runs(number, kind, runs);
            switch (kind) {
                case THROWING -> throw new IllegalStateException("no " + number);
                case CRASHING -> Runtime.getRuntime().halt(3);
                case TIMING_OUT -> sleepForEver();
                case STUBBORN -> {
                    while (number >= 0) {
                        LockSupport.park();
                        Thread.interrupted();
                    }
                }
                case PROGRESS -> {
                    for (int i = 1; i <= 100; i++) {
                        TaskContext.current().orElseThrow().progress(i / 100.0, "step " + i);
                        LockSupport.parkNanos(millis * 10_000L);
                    }
                }
                default -> LockSupport.parkNanos(millis * 1_000_000L);
            }
            return CompletableFuture.completedFuture(answer(number, payload));
        }

        @Override
        public CompletableFuture<byte[]> quick(long number, byte[] payload, String runs) {
            runs(number, Kind.QUICK, runs);
            return CompletableFuture.completedFuture(answer(number, payload));
        }

        private static synchronized void runs(long number, Kind kind, String runs) {
            try {
                OutputStream file = runsOfThis;
                if (file == null) {
                    file = new FileOutputStream(
                            runs + "-" + ProcessHandle.current().pid(), true);
                    runsOfThis = file;
                }
                file.write((number + " " + kind + "\n").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
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
