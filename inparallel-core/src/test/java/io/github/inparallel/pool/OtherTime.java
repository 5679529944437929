package io.github.inparallel.pool;

import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.ResultBudget;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The real machine, with a time of the test's own. */
public final class OtherTime implements Machine {

    private final LongSupplier nanoTime;
    private final Runnable meanwhile;
    private Supplier<Instant> timeOfDay = REAL::timeOfDay;

    public OtherTime(LongSupplier nanoTime) {
        this(nanoTime, REAL::letOthersRun);
    }

    /** @param meanwhile what happens while a thread lets others run */
    public OtherTime(LongSupplier nanoTime, Runnable meanwhile) {
        this.nanoTime = nanoTime;
        this.meanwhile = meanwhile;
    }

    public OtherTime showing(Supplier<Instant> timeForPeople) {
        timeOfDay = timeForPeople;
        return this;
    }

    @Override
    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    @Override
    public Instant timeOfDay() {
        return timeOfDay.get();
    }

    @Override
    public void start(Runnable body, String name) {
        REAL.start(body, name);
    }

    @Override
    public void letOthersRun() {
        meanwhile.run();
    }

    @Override
    public Condition condition(Lock lock) {
        return REAL.condition(lock);
    }

    @Override
    public Executor chores(String pool) {
        return REAL.chores(pool);
    }

    @Override
    public Executor callbacks(Executor poolsOwn) {
        return REAL.callbacks(poolsOwn);
    }

    @Override
    public List<Path> folders() {
        return REAL.folders();
    }

    @Override
    public ResultBudget results() {
        return REAL.results();
    }
}
