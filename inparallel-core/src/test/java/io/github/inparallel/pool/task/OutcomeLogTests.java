package io.github.inparallel.pool.task;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutcomeLogTests {

    private static final long MINUTE = OutcomeLog.MINUTE;
    private static final long START = Long.valueOf(Long.MAX_VALUE - 10); // times of System.nanoTime() wrap

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(OutcomeLog.class);
    private final OutcomeLog outcomes = new OutcomeLog("ocr");
    private final List<Long> wanted = new ArrayList<>();

    @BeforeEach
    void listen() {
        events.start();
        logger.addAppender(events);
        logger.setLevel(Level.INFO);
        outcomes.watchedBy(wanted::add);
    }

    @AfterEach
    void restore() {
        logger.detachAppender(events);
        logger.setLevel(null);
    }

    private List<String> logged() {
        return events.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    private void refused(String method, Reason reason, long now) {
        outcomes.ended(
                "ocr-1",
                method,
                TaskState.REFUSED,
                new TaskRefusedException(method + " was refused: full", reason, null),
                now);
    }

    @Test
    void theFirstOfEachMethodAndReasonHasALineOfItsOwn() {
        refused("Ocr.read", Reason.QUEUE_FULL, START);
        refused("Ocr.read", Reason.QUEUE_FULL, START + 1);
        refused("Ocr.read", Reason.POISON, START + 2);
        refused("Ocr.scan", Reason.QUEUE_FULL, START + 3);
        outcomes.ended(
                "ocr-2",
                "Ocr.read",
                TaskState.TIMED_OUT,
                new TaskTimeoutException("Ocr.read ran long", Duration.ofSeconds(1), Limit.RUN, "ocr-2", true, null),
                START + 4);
        outcomes.ended(
                "ocr-3",
                "Ocr.read",
                TaskState.CANCELLED,
                new CancellationException("Task ocr-3 (Ocr.read) was cancelled"),
                START + 5);

        assertThat(logged())
                .containsExactly(
                        "WARN Pool 'ocr', task ocr-1: Ocr.read was refused: full",
                        "WARN Pool 'ocr', task ocr-1: Ocr.read was refused: full",
                        "WARN Pool 'ocr', task ocr-1: Ocr.scan was refused: full",
                        "WARN Pool 'ocr', task ocr-2: Ocr.read ran long",
                        "INFO Pool 'ocr': Task ocr-3 (Ocr.read) was cancelled");
    }

    @Test
    void thoseThatFollowWithinAMinuteAreCountedWhenItIsOver() {
        for (int i = 0; i < 42; i++) {
            refused("Ocr.read", Reason.QUEUE_FULL, START + i);
        }
        assertThat(wanted).containsExactly(START + MINUTE);
        assertThat(outcomes.report(START + 50)).isEqualTo(START + MINUTE);
        assertThat(logged()).hasSize(1);

        assertThat(outcomes.report(START + MINUTE)).isEqualTo(Long.MAX_VALUE);

        assertThat(logged().get(1))
                .isEqualTo("WARN Pool 'ocr', Ocr.read: 41 more refused (QUEUE_FULL) within a minute");
        refused("Ocr.read", Reason.QUEUE_FULL, START + MINUTE + 1);
        assertThat(logged()).hasSize(3);
    }

    @Test
    void aCountThatNobodyAskedForComesBeforeTheNextLine() {
        refused("Ocr.read", Reason.QUEUE_FULL, START);
        refused("Ocr.read", Reason.QUEUE_FULL, START + 1);
        refused("Ocr.read", Reason.QUEUE_FULL, START + 2 * MINUTE);

        assertThat(logged()).hasSize(3);
        assertThat(logged().get(1)).contains("1 more refused");
    }

    @Test
    void successFailureAndLossAreNotLoggedHere() {
        outcomes.ended("ocr-1", "Ocr.read", TaskState.SUCCEEDED, null, START);
        outcomes.ended("ocr-1", "Ocr.read", TaskState.FAILED, new IllegalStateException("x"), START);
        outcomes.ended("ocr-1", "Ocr.read", TaskState.WORKER_LOST, new IllegalStateException("x"), START);

        assertThat(logged()).isEmpty();
        assertThat(outcomes.report(START)).isEqualTo(Long.MAX_VALUE);
    }
}
