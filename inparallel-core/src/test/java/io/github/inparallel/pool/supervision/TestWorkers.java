package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.KnownProcess;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.TestEntries;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import java.util.List;
import java.util.OptionalLong;

/** Workers without processes, in the states of their life. */
final class TestWorkers {

    private TestWorkers() {}

    /** Worker {@code ocr-1} of a pool that does nothing. */
    static Worker launched() {
        return launched(1, new Dispatcher(PoolOptions.builder().build(), Machine.REAL), 0);
    }

    static Worker launched(int number, Dispatcher dispatcher, long now) {
        return launched(number, 1, dispatcher, now);
    }

    static Worker launched(int number, int concurrency, Dispatcher dispatcher, long now) {
        return new Worker(number, TestEntries.entry("ocr-" + number, concurrency, dispatcher), now, Deadline.NEVER);
    }

    /** It has a process, and its slots may have tasks. */
    static Worker ready(int number, int concurrency, Dispatcher dispatcher, long now) {
        Worker worker = withProcess(launched(number, concurrency, dispatcher, now));
        worker.becomesReady(now);
        dispatcher.entries().accept(worker.entry());
        return worker;
    }

    /** Its process has printed nothing. */
    static Worker withProcess(Worker worker) {
        worker.hasProcess(new KnownProcess(List.of(), OptionalLong::empty), 4711);
        return worker;
    }
}
