package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.runtime.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerListTests {

    private final Dispatcher dispatcher = new Dispatcher(PoolOptions.builder().build(), Machine.REAL);
    private final Worker first = TestWorkers.launched(1, 2, dispatcher, 0);
    private final Worker second = TestWorkers.launched(2, 2, dispatcher, 0);
    private final WorkerList all = new WorkerList();

    @Test
    void snapshotStaysAsItWasWhenTheListChanges() {
        all.add(first);
        all.add(second);
        List<Worker> before = all.snapshot();

        assertThat(all.remove(first)).isTrue();
        assertThat(all.remove(first)).isFalse();

        assertThat(before).containsExactly(first, second);
        assertThat(all.snapshot()).containsExactly(second);
        assertThat(all.contains(first)).isFalse();
        assertThat(all.contains(second)).isTrue();
        assertThat(all.isEmpty()).isFalse();
        all.remove(second);
        assertThat(all.isEmpty()).isTrue();
    }

    @Test
    void slotsAreFoundByTheirWorkerWhileItIsThere() {
        all.add(first);
        all.add(second);

        assertThat(all.of(second.slots().get(1))).isSameAs(second);
        all.remove(second);
        assertThat(all.of(second.slots().get(1))).isNull();
    }

    @Test
    void whoMayConnectIsFoundByNumber() {
        all.add(first);
        all.add(second);

        assertThat(all.connecting(2)).isSameAs(second);
        assertThat(all.connecting(3)).isNull();
        second.loses(0);
        assertThat(all.connecting(2)).isNull();
        assertThat(all.connecting(1)).isSameAs(first);
    }

    @Test
    void readyIsWhoeverCanRunTasks() {
        all.add(first);
        assertThat(all.hasReady()).isFalse();
        first.becomesReady(0);
        assertThat(all.hasReady()).isTrue();
        first.exits(0);
        assertThat(all.hasReady()).isFalse();
    }
}
