package io.github.inparallel.pool;

import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;

/** The body of {@link Probe}. */
public final class ProbeWorker implements Probe {

    static final class Demanding extends RuntimeException {
        Demanding(int a, int b) {
            super("demanding " + (a + b));
        }
    }

    static final class Talkative extends RuntimeException {
        private final @Nullable Supplier<String> more; // which does not cross

        Talkative(String more) {
            this.more = () -> more;
        }

        @Override
        public String getMessage() {
            return "talkative " + (more == null ? "?" : more.get());
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
        throw new Talkative("more");
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
    public CompletableFuture<Void> crash() {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 8, 0);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Integer> outOfDirectMemory() {
        List<ByteBuffer> all = new ArrayList<>();
        while (all.size() < Integer.MAX_VALUE) {
            all.add(ByteBuffer.allocateDirect(1 << 20));
        }
        return CompletableFuture.completedFuture(all.size());
    }

    @Override
    public CompletableFuture<Integer> outOfThreads() {
        CountDownLatch end = new CountDownLatch(1);
        int threads = 0;
        try {
            while (threads < Integer.MAX_VALUE) {
                Thread thread = new Thread(null, () -> await(end), "one of many", 64L << 20);
                thread.setDaemon(true);
                thread.start();
                threads++;
            }
        } finally {
            end.countDown();
        }
        return CompletableFuture.completedFuture(threads);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletableFuture<Void> throwsOutOfMemory(String message) {
        throw new IllegalStateException("wrapped", new OutOfMemoryError(message));
    }

    @Override
    public CompletableFuture<Void> killSelf(String signal) {
        kill(signal);
        throw new IllegalStateException();
    }

    /** A value that does something when it is rebuilt in a worker. */
    public record Awkward(String how) {
        public Awkward {
            if (TaskContext.inWorker()) {
                switch (how) {
                    case "throw" -> throw new IllegalStateException("cannot be built");
                    case "halt" -> Runtime.getRuntime().halt(0);
                    case "kill" -> kill("KILL");
                    default -> {
                        // lets itself be built
                    }
                }
            }
        }
    }

    /** A value that cannot be written. */
    public static final class Bound {
        final Thread thread = Thread.currentThread();
    }

    /** A value that ends the process when it is written. */
    @JsonSerialize(using = DeadlySerializer.class)
    public record Deadly(int code) {}

    /** Ends the process. */
    public static final class DeadlySerializer extends ValueSerializer<Deadly> {
        @Override
        public void serialize(Deadly value, JsonGenerator generator, SerializationContext context) {
            Runtime.getRuntime().halt(value.code());
        }
    }

    private static final List<ByteBuffer> LEAKED = new ArrayList<>();

    @Override
    public CompletableFuture<String> awkward(Awkward value) {
        return CompletableFuture.completedFuture(value.how());
    }

    @Override
    public CompletableFuture<Bound> unwritable(Bound value) {
        return CompletableFuture.completedFuture(new Bound());
    }

    @Override
    public CompletableFuture<Deadly> deadlyResult(int code) {
        return CompletableFuture.completedFuture(new Deadly(code));
    }

    @Override
    public CompletableFuture<Void> exitWithAHookThatHangs(int code) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> LockSupport.park(this)));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            while (code >= 0) {
                LockSupport.park();
            }
        }));
        System.exit(code);
        throw new IllegalStateException();
    }

    @Override
    public CompletableFuture<Void> exitLater(int code) {
        CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(() -> System.exit(code));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<String> spawnAndStop(String file) {
        try {
            Process child = new ProcessBuilder("sleep", "600").start();
            Files.writeString(Path.of(file + ".part"), Long.toString(child.pid()));
            Files.move(Path.of(file + ".part"), Path.of(file));
            new CountDownLatch(1).await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            return CompletableFuture.completedFuture("stopped");
        }
        throw new IllegalStateException();
    }

    @Override
    public CompletableFuture<Long> helper() {
        try {
            return CompletableFuture.completedFuture(
                    new ProcessBuilder("sleep", "600").start().pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletableFuture<Long> leak(int megabytes) {
        for (int i = 0; i < megabytes; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            for (int at = 0; at < buffer.capacity(); at += 1024) {
                buffer.put(at, (byte) 1);
            }
            LEAKED.add(buffer);
        }
        return pid();
    }

    @Override
    public CompletableFuture<Void> hoard(int megabytes) {
        leak(megabytes);
        while (megabytes > 0) {
            LockSupport.park();
            Thread.interrupted();
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    @SuppressWarnings("InfiniteRecursion") // what is tested
    public CompletableFuture<Void> recurse() {
        return recurse();
    }

    @Override
    public CompletableFuture<String> nested() {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            return CompletableFuture.completedFuture(pool.name());
        }
    }

    @Override
    public CompletableFuture<String> environment(String variable, String property) {
        return CompletableFuture.completedFuture(System.getenv(variable) + " " + System.getProperty(property));
    }

    @Override
    public CompletableFuture<String> cleanUp(String file, TaskOptions options) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            try {
                Files.createFile(Path.of(file));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return CompletableFuture.completedFuture("cleaned up");
    }

    private static void kill(String signal) {
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
    }
}
