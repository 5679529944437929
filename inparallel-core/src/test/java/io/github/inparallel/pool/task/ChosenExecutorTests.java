package io.github.inparallel.pool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Callbacks run once, whatever the executor does that the user has chosen. */
class ChosenExecutorTests {

    private final List<Runnable> own = new ArrayList<>();
    private final List<String> run = new ArrayList<>();

    private void execute(Executor chosen) {
        new ChosenExecutor("chosen", chosen, own::add).execute(() -> run.add("callback"));
    }

    private void runOwn() {
        own.remove(0).run();
    }

    @Test
    void chosenExecutorIsAskedByAThreadOfThePool() {
        List<Runnable> chosen = new ArrayList<>();

        execute(chosen::add);
        assertThat(chosen).isEmpty();
        runOwn();
        assertThat(run).isEmpty();
        chosen.remove(0).run();

        assertThat(run).containsExactly("callback");
    }

    @Test
    void callbackThatIsRunTwiceRunsOnce() {
        execute(callback -> {
            callback.run();
            callback.run();
        });
        runOwn();

        assertThat(run).containsExactly("callback");
    }

    @Test
    void poolRunsWhatTheChosenExecutorDoesNotTake() {
        execute(callback -> {
            throw new RejectedExecutionException("full");
        });
        runOwn();

        assertThat(run).containsExactly("callback");
    }

    @Test
    void executorThatTakesItAndThrowsAllTheSameHasItRunOnce() {
        execute(callback -> {
            callback.run();
            throw new RejectedExecutionException("full");
        });

        assertThatThrownBy(this::runOwn).isInstanceOf(RejectedExecutionException.class);

        assertThat(run).containsExactly("callback");
    }

    @Test
    void failureOfTheCallbackIsItsOwn() {
        ChosenExecutor executor = new ChosenExecutor("chosen", Runnable::run, own::add);
        executor.execute(() -> {
            throw new IllegalStateException("callback");
        });

        assertThatThrownBy(this::runOwn).hasMessage("callback");
    }
}
