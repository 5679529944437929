package io.github.inparallel.pool;

import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The body of {@link Probe}. */
public final class ProbeWorker implements Probe {

    static final class Demanding extends RuntimeException {
        Demanding(int a, int b) {
            super("demanding " + (a + b));
        }
    }

    static final class Talkative extends RuntimeException {
        private final transient @Nullable List<String> more = List.of("more");

        @Override
        public String getMessage() {
            return "talkative " + (more == null ? "?" : more.get(0));
        }
    }

    @Override
    public String echo(String text) {
        return text;
    }

    @Override
    public CompletableFuture<String> echoLater(String text) {
        return CompletableFuture.completedFuture(text);
    }

    @Override
    public CompletableFuture<Long> pid() {
        return CompletableFuture.completedFuture(ProcessHandle.current().pid());
    }

    @Override
    public CompletableFuture<byte[]> bytes(byte[] bytes) {
        return CompletableFuture.completedFuture(bytes);
    }

    @Override
    public CompletableFuture<List<Map<String, Instant>>> generic(List<Map<String, Instant>> values) {
        return CompletableFuture.completedFuture(values);
    }

    @Override
    public void fail(String message) throws IOException {
        IOException failure = new IOException(message, new IllegalStateException("the cause"));
        failure.addSuppressed(new IllegalArgumentException("suppressed"));
        throw failure;
    }

    @Override
    public CompletableFuture<Void> failLater(String message) {
        return CompletableFuture.failedFuture(new IllegalStateException(message));
    }

    @Override
    public CompletableFuture<Void> failDemanding(int a, int b) {
        throw new Demanding(a, b);
    }

    @Override
    public CompletableFuture<Void> failUnknown() {
        throw new Talkative();
    }

    @Override
    public CompletableFuture<Void> halt(int code) {
        System.err.println("about to halt");
        Runtime.getRuntime().halt(code);
        throw new IllegalStateException();
    }

    @Override
    public CompletableFuture<Void> exit(int code) {
        System.exit(code);
        throw new IllegalStateException();
    }

    @Override
    public CompletableFuture<String> sleep() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            return CompletableFuture.completedFuture("interrupted");
        }
        throw new IllegalStateException();
    }

    @Override
    public CompletableFuture<Long> spin(TaskOptions options) {
        long sum = 0;
        for (int round = 0; round >= 0; round = round == Integer.MAX_VALUE ? 0 : round + 1) {
            for (int i = 0; i < Integer.MAX_VALUE; i++) {
                sum += i ^ round;
            }
        }
        return CompletableFuture.completedFuture(sum);
    }

    @Override
    public CompletableFuture<String> progress() {
        TaskContext task = TaskContext.current().orElseThrow();
        task.progress(0.25, "a quarter");
        task.progress(1, "all");
        return CompletableFuture.completedFuture(task.taskId() + " " + task.pool());
    }

    @Override
    public CompletableFuture<String> rendezvous(String mine, String others) {
        try {
            Files.createFile(Path.of(mine));
            while (!Files.exists(Path.of(others))) {
                LockSupport.parkNanos(1_000_000);
                if (Thread.interrupted()) {
                    return CompletableFuture.completedFuture("interrupted");
                }
            }
            return CompletableFuture.completedFuture("met");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletableFuture<Void> spawn(String file) {
        try {
            Process child = new ProcessBuilder("sleep", "600").start();
            Files.writeString(Path.of(file + ".part"), Long.toString(child.pid()));
            Files.move(Path.of(file + ".part"), Path.of(file));
            new CountDownLatch(1).await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            while (true) {
                LockSupport.park();
                Thread.interrupted();
            }
        }
        throw new IllegalStateException();
    }

    @Override
    @SuppressWarnings("NullAway") // what is tested
    public CompletableFuture<String> nothing() {
        return null;
    }

    @Override
    public @Nullable String nullResult() {
        return null;
    }

    @Override
    public CompletableFuture<Void> print(int lines, boolean stderr) {
        for (int i = 0; i < lines; i++) {
            (stderr ? System.err : System.out).println("line " + i + " of what a library prints");
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<String> neverCompletes() {
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<Boolean> inWorker() {
        return CompletableFuture.completedFuture(TaskContext.inWorker());
    }

    @Override
    public CompletableFuture<Void> outOfMemory() {
        List<long[]> all = new ArrayList<>();
        while (all.size() < Integer.MAX_VALUE) {
            all.add(new long[1 << 20]);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> killSelf(String signal) {
        try {
            new ProcessBuilder(
                            "kill",
                            "-" + signal,
                            Long.toString(ProcessHandle.current().pid()))
                    .start();
            new CountDownLatch(1).await();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException();
    }
}
