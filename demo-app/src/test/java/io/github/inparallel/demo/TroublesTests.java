package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WaitFor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TroublesTests {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void printsWhatBecameOfEachAndWhereTheOneThatHungWas() throws Exception {
        assertThat(run(new StubProbe(new CancellationException("given up")))).isTrue();

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("[tried again] Linux alpha")
                .containsPattern(
                        "\\[cancelled] CancellationException: (given up|join)") // newer JDKs wrap it in another
                .containsPattern("\\[timed out] TaskTimeoutException: too long\\R    at .*StubProbe");
    }

    @Test
    void anotherOutcomeThanExpectedIsTold() throws Exception {
        assertThat(run(new StubProbe(new IOException("refused")))).isFalse();
    }

    private boolean run(HostProbe probe) throws Exception {
        Server server = new Server("alpha", "127.0.0.1", 22, "demo", "the password", "SHA256:none");
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new Troubles(probe, new WaitFor()).run(Collections.nCopies(3, server), out);
    }

    /** Fails as workers do: with the time that is over where there is a limit, else as it is told. */
    private static final class StubProbe extends HostProbe {

        private final Exception otherwise;

        private StubProbe(Exception otherwise) {
            this.otherwise = otherwise;
        }

        @Override
        public CompletableFuture<Answer> crashOnce(Server server, Path fuse) {
            return CompletableFuture.completedFuture(new Answer(1, Instant.EPOCH, Instant.EPOCH, "Linux alpha"));
        }

        @Override
        public CompletableFuture<Answer> hang(Server server, TaskOptions limits) {
            Duration limit = limits.timeout();
            return CompletableFuture.failedFuture(
                    limit == null
                            ? otherwise
                            : new TaskTimeoutException(
                                    "too long",
                                    limit,
                                    TaskTimeoutException.Limit.RUN,
                                    "default-1",
                                    true,
                                    new Throwable()));
        }
    }
}
