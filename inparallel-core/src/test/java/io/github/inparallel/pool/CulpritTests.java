package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.WorkerLostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that share a worker share its fate: each is told whose deed it was. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CulpritTests {

    @TempDir
    private Path folder;

    private static String id(CompletableFuture<?> future) {
        return TaskFuture.of(future).orElseThrow().taskId();
    }

    private static WorkerLostException lost(CompletableFuture<?> future) {
        return (WorkerLostException)
                Objects.requireNonNull(catchThrowable(future::get).getCause());
    }

    private void assertKnown(Function<Probe, CompletableFuture<Void>> deed, Cause cause, boolean known) {
        try (WorkerPool pool = ProcessPool.create(options -> options.concurrency(2)
                .killGrace(Duration.ofMillis(200))
                .shutdownTimeout(Duration.ZERO)
                .crashDir(folder))) {
            Probe probe = ProcessPool.probe(pool);
            CompletableFuture<?> bystander = probe.sleep();
            await().until(() -> TaskFuture.of(bystander).orElseThrow().taskState() == TaskState.RUNNING);
            CompletableFuture<Void> culprit = deed.apply(probe);

            WorkerLostException victim = lost(bystander);
            assertThat(victim.exit().cause()).isEqualTo(cause);
            assertThat(victim)
                    .hasMessageContaining("It shared the worker with Probe.")
                    .hasMessageContaining(id(culprit));
            if (known) {
                assertThat(victim.culprit()).hasValue(id(culprit));
            } else {
                assertThat(victim.culprit()).isEmpty();
            }
            assertThat(lost(culprit).culprit()).isEmpty();
        }
    }

    @Test
    void exitOfANeighbourIsKnown() {
        assertKnown(probe -> probe.exit(3), Cause.EXITED, true);
    }

    @Test
    void crashOfANeighbourIsKnown() {
        assertKnown(Probe::crash, Cause.CRASHED, true);
    }

    @Test
    void haltOfANeighbourMayBeWhy() {
        assertKnown(probe -> probe.halt(4), Cause.EXITED, false);
    }
}
