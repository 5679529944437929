package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.ProcessMark;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JvmProcessTests {

    /** Cannot list what it has started. */
    private static final class Unlisted extends Process {

        private final Supplier<Throwable> failure;
        private boolean killed;

        Unlisted(Supplier<Throwable> failure) {
            this.failure = failure;
        }

        @Override
        public Stream<ProcessHandle> descendants() {
            throw Channels.sneaky(failure.get());
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
            return 0;
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
        OutputTail nothing = new OutputTail(process.getInputStream(), line -> {});

        new JvmProcess(process, ProcessMark.create(), nothing, nothing, new CompletableFuture<>()).kill();

        assertThat(process.killed).isTrue();
    }
}
