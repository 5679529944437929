package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.TestEntries;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.supervision.Worker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which states of a worker can follow each other, by when it has to be farther, and what it is said to have ended of. */
class WorkerTests {

    private static final long START_BY = 100;

    private final Worker worker = new Worker(
            1, TestEntries.entry("ocr-1", new Dispatcher(PoolOptions.builder().build(), Machine.REAL)), 0, START_BY);

    private void be(State state) {
        if (state != State.LAUNCHED) {
            worker.becomesReady(5);
        }
        switch (state) {
            case EXITING -> worker.exits(10);
            case RETIRING -> worker.retires(Cause.IDLE, 20);
            case LOST -> worker.loses(30);
            case KILLED -> worker.condemn();
            case EXITED -> worker.exited(7, 40);
            default -> {}
        }
        assertThat(worker.state()).isEqualTo(state);
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void onlyOneThatStartsBecomesReady(State state) {
        be(state);

        assertThat(worker.becomesReady(50)).isEqualTo(state == State.LAUNCHED);
        assertThat(worker.readyNanos()).isEqualTo(state == State.LAUNCHED ? 50 : 5);
    }

    @ParameterizedTest
    @CsvSource({
        "LAUNCHED, RETIRING, IDLE",
        "READY, RETIRING, IDLE",
        "EXITING, EXITING,",
        "RETIRING, RETIRING, IDLE",
        "LOST, LOST,",
        "KILLED, KILLED,",
        "EXITED, EXITED,"
    })
    void whoIsOnItsWayOutIsNotAskedToLeave(State before, State after, @Nullable Cause decided) {
        be(before);

        worker.retires(Cause.IDLE, 60);

        assertThat(worker.state()).isEqualTo(after);
        assertThat(worker.decided()).isEqualTo(decided);
    }

    @ParameterizedTest
    @CsvSource({
        "LAUNCHED, 100, START_FAILED",
        "READY, 9223372036854775807,",
        "EXITING, 10,",
        "RETIRING, 20, SHUTDOWN",
        "LOST, 30, BROKEN"
    })
    void eachStateHasItsDeadlineAndWhatItIsKilledOfThen(State state, long deadline, @Nullable Cause cause) {
        be(state);

        assertThat(worker.deadline()).isEqualTo(deadline);
        if (deadline != Deadline.NEVER) {
            assertThat(worker.missesDeadline()).isEqualTo(cause);
            assertThat(worker.deadline()).isEqualTo(Deadline.NEVER);
        }
    }

    @Test
    void oneThatLosesAConnectionBeforeItWasReadyIsAFailedStart() {
        worker.loses(30);

        assertThat(worker.missesDeadline()).isEqualTo(Cause.START_FAILED);
    }

    @Test
    void exitThatIsSaidAgainGivesNoMoreTime() {
        be(State.EXITING);

        worker.exits(1_000);

        assertThat(worker.deadline()).isEqualTo(10);
    }

    @Test
    void exitThatIsHeardAfterItsConnectionsEndedHasItsTimeAndSpeaksForItself() {
        be(State.LOST);

        worker.exits(1_000);

        assertThat(worker.state()).isEqualTo(State.LOST);
        assertThat(worker.deadline()).isEqualTo(1_000);
        assertThat(worker.missesDeadline()).isNull();
    }

    @Test
    void connectionsThatEndAfterAnExitWasCalledLeaveItToSpeakForItself() {
        be(State.RETIRING);
        worker.exits(1_000);

        worker.loses(30);

        assertThat(worker.deadline()).isEqualTo(30);
        assertThat(worker.missesDeadline()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"LAUNCHED, 100", "EXITED, 9223372036854775807"})
    void exitThatIsHeardTooLateChangesNoDeadline(State state, long deadline) {
        be(state);
        worker.condemn();

        worker.exits(1_000);

        assertThat(worker.exitCalled()).isTrue();
        assertThat(worker.deadline()).isEqualTo(deadline);
    }

    @ParameterizedTest
    @CsvSource({
        "LAUNCHED, true",
        "READY, true",
        "EXITING, true",
        "RETIRING, true",
        "LOST, false",
        "KILLED, true",
        "EXITED, false"
    })
    void mayConnectUntilAConnectionHasEnded(State state, boolean may) {
        be(state);

        assertThat(worker.mayConnect()).isEqualTo(may);
        assertThat(worker.isConnected()).isEqualTo(may && state != State.KILLED);
        worker.loses(30);
        worker.condemn();
        assertThat(worker.mayConnect()).as("lost, and killed").isFalse();
    }

    @Test
    void exitOfOneThatStartsLeavesItAStartingOneThatCannotBecomeReady() {
        worker.exits(10);

        assertThat(worker.isStarting()).isTrue();
        assertThat(worker.becomesReady(11)).isFalse();
    }

    @Test
    void killIsSentOnceThereIsAProcessAndGivenUpAtItsDeadline() {
        worker.condemn();
        assertThat(worker.killsFirst(70)).as("there is no process").isFalse();
        assertThat(worker.deadline()).as("the launch's").isEqualTo(START_BY);

        TestWorkers.withProcess(worker);
        assertThat(worker.killsFirst(70)).isTrue();
        assertThat(worker.killsFirst(90)).isFalse();

        assertThat(worker.deadline()).isEqualTo(70);
        assertThat(worker.wasKilled()).isTrue();
    }

    @Test
    void launchThatWasGivenUpHasNoProcess() {
        assertThat(worker.giveUpLaunch()).isTrue();

        TestWorkers.withProcess(worker);

        assertThat(worker.process()).isNull();
        assertThat(worker.pid()).isEqualTo(-1);
    }

    @Test
    void firstDecisionCounts() {
        worker.blame("ocr-1");
        worker.decide(Cause.TIMEOUT, "ocr-2");
        worker.decide(Cause.SHUTDOWN, "ocr-3");
        worker.blame("ocr-4");

        assertThat(worker.decided()).isEqualTo(Cause.TIMEOUT);
        assertThat(worker.decidedBy()).isEqualTo("ocr-2");
    }

    @Test
    void whateverHappensItNeverGoesBackAndIsSomewhereOnce() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            Worker any = TestWorkers.launched();
            List<State> states = new ArrayList<>(List.of(any.state()));
            for (int step = 0; step < 12; step++) {
                happens(any, random.nextInt(8), step);
                if (states.get(states.size() - 1) != any.state()) {
                    states.add(any.state());
                }
                assertThat(any.isStarting() && any.isReady()).isFalse();
                assertThat(any.wasKilled()).isFalse(); // there is no process
            }
            assertThat(states).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
        }
    }

    private static void happens(Worker worker, int what, long at) {
        switch (what) {
            case 0, 1 -> worker.becomesReady(at);
            case 2 -> worker.exits(at);
            case 3 -> worker.retires(Cause.RECYCLED, at);
            case 4 -> worker.loses(at);
            case 5 -> worker.condemn();
            case 6 -> worker.killsFirst(at);
            default -> {
                if (at > 6) {
                    worker.exited(0, at);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LAUNCHED, STARTING, STARTING",
        "READY, IDLE, BUSY",
        "EXITING, RETIRING, RETIRING",
        "RETIRING, RETIRING, RETIRING",
        "LOST, RETIRING, RETIRING",
        "KILLED, RETIRING, RETIRING",
        "EXITED, EXITED, EXITED"
    })
    void usersSeeItsState(State state, WorkerState idle, WorkerState busy) {
        be(state);

        assertThat(worker.shown(0)).isEqualTo(idle);
        assertThat(worker.shown(2)).isEqualTo(busy);
    }
}
