package io.github.inparallel.spring.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.PoolStats.ExitStats;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.protocol.WorkerReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is said of pools in plain words. */
class DiagnosisTests {

    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final PoolOptions OPTIONS =
            PoolOptions.builder().name("ocr").maxWorkers(4).queueCapacity(10).build();

    private final Diagnosis diagnosis = new Diagnosis();
    private final List<PoolStats.WorkerStats> workers = new ArrayList<>();
    private final List<ExitStats> exits = new ArrayList<>();
    private final List<PoolStats.RefusedMethod> refused = new ArrayList<>();
    private Optional<PoolStats.Outage> outage = Optional.empty();
    private Optional<Instant> drained = Optional.empty();

    @Test
    void noPoolIsNoProblem() {
        assertThat(diagnosis.headline()).isEqualTo("No pool exists yet: the first call of a method creates its pool");
        assertThat(diagnosis.problems()).isEmpty();
    }

    @Test
    void whatIsWellIsCounted() {
        worker(WorkerState.BUSY);
        worker(WorkerState.BUSY);
        worker(WorkerState.IDLE);
        worker(WorkerState.IDLE);
        look(0, List.of());
        assertThat(diagnosis.headline()).isEqualTo("All is well: 2 of 4 workers busy, nothing waits");
    }

    @Test
    void poolWithoutWorkersIsWell() {
        look(0, List.of());
        assertThat(diagnosis.headline()).isEqualTo("All is well: no worker is needed, nothing waits");
    }

    @Test
    void oneIsNotMany() {
        worker(WorkerState.BUSY);
        look(1, List.of(waiting(Duration.ofMillis(3))));
        assertThat(diagnosis.headline()).isEqualTo("All is well: 1 of 1 worker busy, 1 task waits");
    }

    @Test
    void poolThatIsDownIsWorst() {
        exit(Cause.CRASHED, "Ocr.read", 10);
        outage = Optional.of(new PoolStats.Outage("no worker starts: no such file\nat Ocr", NOW));
        look(0, List.of());
        assertThat(diagnosis.headline())
                .isEqualTo("Pool 'ocr' is down: no worker starts: no such file (and 1 more problem)");
        assertThat(diagnosis.problems()).extracting(Problem::advice).containsExactly(Advice.START, Advice.CRASHED);
    }

    @Test
    void methodThatLosesItsWorkersIsNamed() {
        for (int i = 0; i < 14; i++) {
            exit(Cause.CRASHED, "Ocr.read", i * 4);
        }
        exit(Cause.CRASHED, "Ocr.read", 100);
        look(0, List.of());
        assertThat(diagnosis.headline())
                .startsWith("'Ocr.read' loses its workers: 14 in the last minute, the last one by ");
    }

    @Test
    void singleDeathIsTold() {
        exit(Cause.KILLED, "", 150);
        look(0, List.of());
        assertThat(diagnosis.headline()).startsWith("Worker ocr-7 of pool 'ocr' ended 2 min ago: ");
        assertThat(diagnosis.problems()).extracting(Problem::advice).containsExactly(Advice.KILLED);
    }

    @Test
    void endsThatArePlannedOrLongAgoAreNoProblem() {
        exit(Cause.IDLE, "", 1);
        exit(Cause.RECYCLED, "", 1);
        exit(Cause.SHUTDOWN, "", 1);
        exit(Cause.CANCELLED, "Ocr.read", 1);
        exit(Cause.CRASHED, "Ocr.read", 400);
        look(0, List.of());
        assertThat(diagnosis.problems()).isEmpty();
    }

    @Test
    void refusedMethodIsAnError() {
        refused.add(
                new PoolStats.RefusedMethod("Ocr.read", Duration.ofSeconds(42), "exit code 134 (SIGABRT), crashed"));
        look(0, List.of());
        assertThat(diagnosis.headline())
                .isEqualTo(
                        "'Ocr.read' is refused for 42 s: its tasks lost too many workers, the last one by exit code 134"
                                + " (SIGABRT), crashed");
        assertThat(diagnosis.problems()).extracting(Problem::severity).containsExactly(Problem.Severity.ERROR);
    }

    @Test
    void queueThatFillsIsAWarningFromFourFifthsOn() {
        look(7, List.of());
        assertThat(diagnosis.problems()).isEmpty();
        look(8, List.of());
        assertThat(diagnosis.problems()).extracting(Problem::advice).containsExactly(Advice.QUEUE);
    }

    @Test
    void taskThatWaitsForLongIsAWarning() {
        look(1, List.of(waiting(Duration.ofSeconds(31))));
        assertThat(diagnosis.headline()).isEqualTo("A task of 'Ocr.read' has waited for 31 s in pool 'ocr'");
    }

    @Test
    void tasksAtOtherMembersAreCounted() {
        look(new PoolStats.Size(0, 0), 1, 0, List.of());
        assertThat(diagnosis.headline()).isEqualTo("All is well: 1 task runs at other members, nothing waits");

        worker(WorkerState.BUSY);
        look(new PoolStats.Size(0, 4), 2, 0, List.of());
        assertThat(diagnosis.headline())
                .isEqualTo("All is well: 1 of 1 worker busy, 3 tasks run at other members, nothing waits");
    }

    @Test
    void taskThatWaitsWhereThereAreNoWorkersNeedsAMember() {
        look(new PoolStats.Size(0, 0), 0, 1, List.of(waiting(Duration.ofSeconds(31))));
        assertThat(diagnosis.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.advice()).isEqualTo(Advice.NO_WORKERS));
    }

    @Test
    void drainedPoolIsSaidToBe() {
        drained = Optional.of(NOW.minusSeconds(5));
        look(0, List.of());
        assertThat(diagnosis.headline())
                .isEqualTo("Pool 'ocr' was drained 5 s ago: it accepts no tasks; 0 tasks are in flight still");
    }

    private void look(int queued, List<PoolStats.WaitingTask> waits) {
        look(new PoolStats.Size(0, 4), 0, queued, waits);
    }

    private void look(PoolStats.Size size, int sent, int queued, List<PoolStats.WaitingTask> waits) {
        diagnosis.look(
                OPTIONS,
                new PoolStats("ocr", queued, 0, outage, workers, exits, refused, size, OptionalLong.empty(), drained),
                sent,
                waits,
                NOW);
    }

    private static PoolStats.WaitingTask waiting(Duration time) {
        return new PoolStats.WaitingTask("ocr-1", "Ocr.read", time);
    }

    private void worker(WorkerState state) {
        workers.add(new PoolStats.WorkerStats(
                "ocr-" + workers.size(),
                4711,
                state,
                Duration.ofSeconds(1),
                0,
                OptionalLong.empty(),
                List.of(),
                1,
                Optional.empty(),
                WorkerReport.EMPTY,
                workers.size()));
    }

    private void exit(Cause cause, String method, int secondsAgo) {
        exits.add(new ExitStats(
                NOW.minusSeconds(secondsAgo),
                "ocr-7",
                4711,
                Duration.ofMinutes(1),
                3,
                new WorkerExit(134, Optional.of("SIGABRT"), cause),
                "",
                method.isEmpty() ? List.of() : List.of(new PoolStats.LostTask("ocr-1", method)),
                List.of(),
                Optional.empty(),
                0));
    }
}
