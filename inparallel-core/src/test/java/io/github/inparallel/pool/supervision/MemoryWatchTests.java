package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.KnownProcess;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.TestEntries;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a worker that uses too much memory; in a time of the test's own. */
class MemoryWatchTests {

    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LIMIT = 256L << 20;

    private final PoolOptions options =
            PoolOptions.builder().heap(64L << 20).maxMemory(LIMIT).build();
    private final Dispatcher dispatcher = new Dispatcher(options, Machine.REAL);
    private final RecordedControl control = new RecordedControl();
    private final MemoryWatch watch = new MemoryWatch(options, dispatcher.entries(), control);
    private final Worker worker = TestWorkers.launched(1, dispatcher, 0);
    private OptionalLong resident = OptionalLong.of(0);
    private long now = Long.MAX_VALUE - INTERVAL; // the clock passes its end

    @BeforeEach
    void start() {
        worker.hasProcess(new KnownProcess(List.of(), () -> resident), 4711);
        worker.becomesReady(now);
        dispatcher.entries().accept(worker.entry());
    }

    private long look(long megabytes) {
        resident = OptionalLong.of(megabytes << 20);
        return watch.watch(worker, now);
    }

    private void busy(boolean is) {
        TestEntries.leases(worker.entry(), is ? 1 : 0);
    }

    @Test
    void busyWorkerIsLookedAtEachQuarterOfASecond() {
        busy(true);

        assertThat(look(1)).isEqualTo(now + INTERVAL);
        now += INTERVAL - 1;
        assertThat(look(1000)).isEqualTo(now + 1);
        assertThat(dispatcher.entries().accepts(worker.entry())).isTrue();
    }

    @Test
    void idleWorkerIsLookedAtOnceAfterItsTasks() {
        assertThat(look(1000)).as("it has done nothing").isEqualTo(Deadline.NEVER);

        TestEntries.answered(worker.entry());
        assertThat(look(1)).isEqualTo(now + INTERVAL);
        now += INTERVAL;
        assertThat(look(1000)).isEqualTo(Deadline.NEVER);
        assertThat(dispatcher.entries().accepts(worker.entry())).isTrue();
    }

    @Test
    void workerAtTheLimitGoesOn() {
        busy(true);

        look(256);

        assertThat(dispatcher.entries().accepts(worker.entry())).isTrue();
        assertThat(control.taken()).isEmpty();
    }

    @Test
    void workerAboveTheLimitGetsNoMoreTasksAndIsKilledIfItStaysBusy() {
        busy(true);
        look(257);
        assertThat(dispatcher.entries().accepts(worker.entry())).isFalse();
        assertThat(control.taken()).isEmpty();

        now += INTERVAL;
        look(257);

        assertThat(control.taken()).containsExactly("kill ocr-1 MEMORY_LIMIT");
    }

    @Test
    void workerWhoseTaskEndsInTimeIsNotKilled() {
        busy(true);
        look(257);
        busy(false);
        TestEntries.answered(worker.entry());

        now += INTERVAL;
        look(257);

        assertThat(control.taken()).isEmpty();
    }

    @Test
    void workerThatIsBelowTheLimitAgainIsNotKilledForWhatItUsed() {
        busy(true);
        look(257);
        now += INTERVAL;
        look(10);
        now += INTERVAL;

        look(257);

        assertThat(control.taken()).isEmpty();
    }

    @Test
    void unknownSizeIsNoSize() {
        busy(true);
        resident = OptionalLong.empty();

        assertThat(watch.watch(worker, now)).isEqualTo(now + INTERVAL);
        assertThat(dispatcher.entries().accepts(worker.entry())).isTrue();
    }

    @Test
    void workerThatIsNotReadyIsNotLookedAt() {
        for (Consumer<Worker> change : List.<Consumer<Worker>>of(
                starting -> {},
                exiting -> {
                    exiting.becomesReady(now);
                    exiting.exits(now);
                },
                leaving -> {
                    leaving.becomesReady(now);
                    leaving.retires(Cause.IDLE, now);
                },
                lost -> {
                    lost.becomesReady(now);
                    lost.loses(now);
                })) {
            Worker other = TestWorkers.launched(2, dispatcher, 0);
            other.hasProcess(new KnownProcess(List.of(), () -> OptionalLong.of(1L << 40)), 4712);
            change.accept(other);
            TestEntries.leases(other.entry(), 1);
            assertThat(watch.watch(other, now)).as(other.state().toString()).isEqualTo(Deadline.NEVER);
        }
        assertThat(control.taken()).isEmpty();
    }

    @Test
    void workerThatIsGoneIsForgotten() {
        busy(true);
        look(257);
        watch.forget(worker);

        look(257);

        assertThat(control.taken()).as("it is the first look").isEmpty();
    }
}
