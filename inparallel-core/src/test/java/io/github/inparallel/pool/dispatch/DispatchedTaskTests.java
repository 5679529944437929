package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.PoolOptions;
import org.junit.jupiter.api.Test;

/** What the pool hears of a task's end, and the dispatcher's notes of it. */
class DispatchedTaskTests {

    private final TestTasks tasks =
            new TestTasks(PoolOptions.builder().name("dispatched").build());

    @Test
    void ownerHearsTheEndOnceAndNotThatTheTaskWasAbandoned() {
        DispatchedTask task = tasks.quick();

        task.failed(new IllegalStateException("broken"));
        assertThat(task.cancelled("too late")).isFalse();
        assertThat(task.isDone()).isTrue();

        assertThat(tasks.ended).containsExactly("dispatched-1 FAILED");
        assertThat(tasks.abandoned).isEmpty();
    }

    @Test
    void ownerHearsThatTheCallerGaveUpAndWhetherTheTaskIsToBeInterrupted() {
        tasks.quick().cancel(true);
        tasks.quick().cancel(false);
        tasks.quick().complete(null);

        assertThat(tasks.ended)
                .containsExactly("dispatched-1 CANCELLED", "dispatched-2 CANCELLED", "dispatched-3 CANCELLED");
        assertThat(tasks.abandoned).containsExactly("dispatched-1 true", "dispatched-2 false", "dispatched-3 true");
    }

    @Test
    void placeOfATaskStaysWhenItEnds() {
        DispatchedTask task = tasks.quick();
        task.ordinal = 17;

        task.cancel(true);

        assertThat(task.ordinal()).isEqualTo(17);
    }
}
