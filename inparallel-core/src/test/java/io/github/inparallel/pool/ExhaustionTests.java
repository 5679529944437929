package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.WorkerExit.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker that has run out of something and lives on gets no other task, and everybody is told of what. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExhaustionTests {

    private static final List<String> SMALL =
            List.of("-XX:TieredStopAtLevel=1", "-XX:CompressedClassSpaceSize=32m", "-XX:ReservedCodeCacheSize=32m");

    private static List<String> with(String option) {
        List<String> all = new ArrayList<>(SMALL);
        all.add(option);
        return all;
    }

    private interface Attempt {
        CompletableFuture<?> with(Probe probe);
    }

    /** The task fails with what it ran out of, and another worker does what follows. */
    private static void assertReplaced(UnaryOperator<PoolOptionsBuilder> settings, Attempt attempt, String what)
            throws Exception {
        try (WorkerPool pool = ProcessPool.create(settings)) {
            Probe probe = ProcessPool.probe(pool);
            long before = probe.pid().get();

            Throwable failure = Objects.requireNonNull(
                    catchThrowable(() -> attempt.with(probe).get()).getCause());

            OutOfMemoryError error = (OutOfMemoryError)
                    (failure instanceof OutOfMemoryError ? failure : Objects.requireNonNull(failure.getCause()));
            assertThat(error).hasMessageNotContaining("test-");
            assertThat(failure.getSuppressed())
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .asString()
                    .startsWith("Worker test-1, pid " + before + ", of pool 'test' is replaced: ")
                    .contains(what);
            assertThat(probe.pid().get()).isNotEqualTo(before);
            await().until(() -> !pool.stats().exits().isEmpty());
            PoolStats.ExitStats exit = pool.stats().exits().get(0);
            assertThat(exit.exit().cause()).isEqualTo(Cause.OUT_OF_MEMORY);
            assertThat(exit.explanation()).contains(what).contains("Probe.");
        }
    }

    @Test
    void workerWithoutDirectMemoryIsReplaced() throws Exception {
        assertReplaced(
                options -> options.jvmArgs(with("-XX:MaxDirectMemorySize=8m")),
                Probe::outOfDirectMemory,
                "-XX:MaxDirectMemorySize in jvm-args");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere a process cannot be kept from threads like this")
    void workerWithoutThreadsIsReplaced() throws Exception {
        assertReplaced(
                options -> options.jvmArgs(SMALL)
                        .commandPrefix(List.of("sh", "-c", "ulimit -v 4000000; exec \"$0\" \"$@\"")),
                Probe::outOfThreads,
                "no more threads");
    }

    @ParameterizedTest
    @CsvSource({
        "unable to create native thread: possibly out of memory or process/resource limits reached, no more threads",
        "Cannot reserve 1024 bytes of direct buffer memory, -XX:MaxDirectMemorySize",
        "Metaspace, -XX:MaxMetaspaceSize",
        "Java heap space, raise the pool's heap",
        "Map failed, no property of a pool raises",
        "Requested array size exceeds VM limit, no property of a pool raises"
    })
    void workerThatLivesOnWithoutSomethingIsReplaced(String message, String what) throws Exception {
        assertReplaced(options -> options.jvmArgs(SMALL), probe -> probe.throwsOutOfMemory(message), what);
    }
}
