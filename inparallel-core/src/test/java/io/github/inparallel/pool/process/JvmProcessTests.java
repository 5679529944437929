package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.ProcessMark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JvmProcessTests {

    /** Cannot list what it has started. */
    private static final class Unlisted extends Process {

        private final Supplier<Throwable> failure;
        private boolean killed;
        private boolean ended;
        private boolean listed;

        Unlisted(Supplier<Throwable> failure) {
            this.failure = failure;
        }

        @Override
        public Stream<ProcessHandle> descendants() {
            listed = true;
            throw Channels.sneaky(failure.get());
        }

        @Override
        public CompletableFuture<Process> onExit() {
            return new CompletableFuture<>();
        }

        @Override
        public Process destroyForcibly() {
            killed = true;
            return this;
        }

        @Override
        public long pid() {
            return 1_000_000_000;
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream getInputStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public InputStream getErrorStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public int waitFor() {
            return 0;
        }

        @Override
        public int exitValue() {
            if (ended) {
                return 0;
            }
            throw new IllegalThreadStateException();
        }

        @Override
        public void destroy() {}
    }

    static Stream<Supplier<Throwable>> failures() {
        return Stream.of(
                () -> new RuntimeException("Unable to open /proc"),
                () -> new IOException("Too many open files"),
                () -> new OutOfMemoryError("unable to create native thread"),
                () -> new NoClassDefFoundError("without a descriptor for its jar"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void processWhoseDescendantsCannotBeListedIsKilledAllTheSame(Supplier<Throwable> failure) {
        Unlisted process = new Unlisted(failure);

        new JvmProcess(process, ProcessMark.create(), () -> line -> {}).kill();

        assertThat(process.listed).isTrue();
        assertThat(process.killed).isTrue();
    }

    @Test
    void descendantsOfAProcessThatHasEndedAreNotLookedForByItsNumberWhichMayBeAnothersByNow() {
        Unlisted process = new Unlisted(() -> new AssertionError("of whoever has the number"));
        process.ended = true;

        new JvmProcess(process, ProcessMark.create(), () -> line -> {}).kill();

        assertThat(process.listed).isFalse();
    }

    /** Cannot be told anything. */
    private static final class Untold extends Process {

        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public CompletableFuture<Process> onExit() {
            return new CompletableFuture<>();
        }

        @Override
        public OutputStream getOutputStream() {
            throw new OutOfMemoryError("planned");
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream("out\n".getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public InputStream getErrorStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public int waitFor() throws InterruptedException {
            ended.await();
            return 3;
        }

        @Override
        public int exitValue() {
            throw new IllegalThreadStateException();
        }

        @Override
        public void destroy() {
            ended.countDown();
        }

        @Override
        public long pid() {
            return 1_000_000_000;
        }
    }

    @Test
    void endOfOutputIsNotTheEndOfTheProcess() throws Exception {
        Untold process = new Untold();
        JvmProcess worker = new JvmProcess(process, ProcessMark.create(), () -> line -> {});
        CompletableFuture<Integer> exit = worker.exit();
        Thread waiting = new Thread(worker::awaitExit);
        waiting.start();
        worker.readOutput();
        worker.readErrors();
        worker.outputEnd().get(20, TimeUnit.SECONDS);
        assertThat(exit).isNotDone();

        process.destroy();

        assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(worker.lastLines()).containsExactly("out");
        waiting.join();
    }

    @Test
    void workerThatCannotBeToldIsEnded() {
        Untold process = new Untold();
        JvmProcess worker = new JvmProcess(process, ProcessMark.create(), () -> line -> {});
        worker.tell(new LaunchDescriptions(PoolOptions.builder().build(), Path.of("/s"))
                .of(1, new Credentials(1), false, List.of()));
        assertThat(process.ended.getCount()).isZero();
    }
}
