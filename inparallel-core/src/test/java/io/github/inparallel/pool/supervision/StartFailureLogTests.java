package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerStartException;
import io.github.inparallel.pool.LoggedLines;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StartFailureLogTests {

    private static final long START = Long.valueOf(Long.MAX_VALUE - 10); // times of System.nanoTime() wrap
    private static final long SECOND = StartFailureLog.MINUTE / 60;

    private final StartFailureLog starts = new StartFailureLog();
    private final LoggedLines lines = new LoggedLines(StartFailureLog.class.getName());

    @AfterEach
    void close() {
        lines.close();
    }

    private void fails(int worker, int exitCode, @Nullable Throwable why, long seconds) {
        starts.add(
                new WorkerStartException("Worker ocr-" + worker + " did not become ready", exitCode, "", why),
                START + seconds * SECOND);
    }

    @Test
    void startThatFailsForEverIsOneLineAMinuteWithACount() {
        for (int i = 0; i < 21; i++) {
            fails(i, 1, null, i * 30L);
        }

        assertThat(lines.all()).hasSize(11).first().isEqualTo("WARN Worker ocr-0 did not become ready");
        assertThat(lines.all().get(1))
                .isEqualTo(
                        "WARN Worker ocr-2 did not become ready. So did 1 start before it, since the last such line");
    }

    @Test
    void anotherCauseHasALineOfItsOwn() {
        fails(1, 1, null, 0);
        fails(2, 1, null, 1);
        fails(3, 137, null, 2);
        fails(4, 1, new IllegalStateException("bean", new IllegalArgumentException("no url")), 3);
        fails(5, 1, new IllegalStateException("bean", new IllegalArgumentException("no url")), 4);

        assertThat(lines.all()).hasSize(3);
    }
}
