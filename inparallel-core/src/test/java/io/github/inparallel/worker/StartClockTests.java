package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What a moment of a task is on the clock of processes, whatever other clocks do meanwhile. */
class StartClockTests {

    private static final long HOUR = 3_600_000;
    private static final double EXACTLY = 0.001;

    private double task;

    private static Moment moment(double processes, double slept, long set) {
        return new Moment((long) ((processes - slept) * 1e6), (long) processes + 5_000_000_000L + set);
    }

    /** A thread begins at 1000, its task is awake for an hour after an hour that the thread was awake. */
    private double found(double sleptBefore, double sleptInTask, long setInTask) {
        task = 1000 + HOUR + sleptBefore;
        double end = task + HOUR + sleptInTask;
        return StartClock.millisAt(
                moment(task, sleptBefore, 0),
                moment(1000, 0, 0),
                1000,
                moment(end, sleptBefore + sleptInTask, setInTask),
                end);
    }

    @Test
    void machineThatNeverSleeps() {
        assertThat(found(0, 0, 0)).isCloseTo(task, within(EXACTLY));
    }

    @Test
    void machineThatHasSleptBeforeTheTask() {
        assertThat(found(8 * HOUR, 0, 0)).isCloseTo(task, within(EXACTLY));
    }

    @Test
    void machineThatHasSleptInTheTask() {
        assertThat(found(0, 8 * HOUR, 0)).isCloseTo(task, within(EXACTLY));
        assertThat(found(3 * HOUR, 8 * HOUR, 0)).isCloseTo(task, within(EXACTLY));
    }

    @Test
    void clockThatWasSetMattersNotWhileTheMachineIsAwake() {
        assertThat(found(0, 0, 5 * HOUR)).isCloseTo(task, within(EXACTLY));
        assertThat(found(0, 0, -5 * HOUR)).isCloseTo(task, within(EXACTLY));
    }
}
