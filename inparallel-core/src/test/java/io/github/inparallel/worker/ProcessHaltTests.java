package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.protocol.WorkerJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The last words of a worker process. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessHaltTests {

    /** A process that ends itself as its argument says. */
    static final class Ending {

        private Ending() {}

        public static void main(String[] args) {
            Throwable why = args[0].equals("speakable")
                    ? new IllegalStateException("the reason")
                    : new IllegalStateException() {
                        @Override
                        public String getMessage() {
                            throw new IllegalArgumentException();
                        }
                    };
            System.setErr(System.out); // as a task may
            new Thread(() -> new ProcessHalt().failed("the slot cannot go on", why)).start();
        }
    }

    private static Process end(String how) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Ending.class.getName(),
                        how)
                .start();
    }

    @Test
    void whyAWorkerEndsIsSaidWhereTheApplicationReadsIt() throws Exception {
        Process speakable = end("speakable");
        Process unspeakable = end("unspeakable");
        assertThat(new String(speakable.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("Worker ends: the slot cannot go on", "IllegalStateException: the reason");
        assertThat(speakable.waitFor()).isEqualTo(WorkerJvm.FAILED);
        assertThat(new String(unspeakable.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("Worker ends: the slot cannot go on");
        assertThat(unspeakable.waitFor()).isEqualTo(WorkerJvm.FAILED);
    }
}
