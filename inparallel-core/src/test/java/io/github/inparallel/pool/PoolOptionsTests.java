package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PoolOptionsTests { // B80, B112

    private static Arguments wrong(String option, UnaryOperator<PoolOptionsBuilder> setting) {
        return Arguments.of(option, setting);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong("name: a b", options -> options.name("a b")),
                wrong("min-workers: -1", options -> options.minWorkers(-1)),
                wrong("max-workers: 0 (expected: >= 1; 0 needs spread: cluster)", options -> options.maxWorkers(0)),
                wrong(
                        "max-workers: -1 (expected: >= 0)",
                        options -> options.maxWorkers(-1).spread(PoolOptions.Spread.CLUSTER)),
                wrong(
                        "min-workers: 1",
                        options -> options.minWorkers(1).maxWorkers(0).spread(PoolOptions.Spread.CLUSTER)),
                wrong("min-workers: 3", options -> options.minWorkers(3).maxWorkers(2)),
                wrong("spare-workers: -1", options -> options.spareWorkers(-1)),
                wrong("concurrency: 0", options -> options.concurrency(0)),
                wrong("queue-capacity: 0", options -> options.queueCapacity(0)),
                wrong("queue-memory: 0B", options -> options.queueMemory(0)),
                wrong("timeout: 0s", options -> options.timeout(Duration.ZERO)),
                wrong("max-tasks-per-worker: 0", options -> options.maxTasksPerWorker(0)),
                wrong("max-memory: 0B", options -> options.maxMemory(0L)),
                wrong("heap: 5B (expected: >= 1MB)", options -> options.heap(5L)),
                wrong(
                        "jvm-args: -Xmx2g (expected: without a maximum heap, which is set by heap)",
                        options -> options.jvmArgs(List.of("-ea", "-Xmx2g"))),
                wrong("jvm-args: -XX:MaxHeapSize=9", options -> options.jvmArgs(List.of("-XX:MaxHeapSize=9"))),
                wrong("poison-limit: -1", options -> options.poisonLimit(-1)),
                wrong("restart-limit: 0", options -> options.restartLimit(0)),
                wrong(
                        "heartbeat-timeout: 1s",
                        options -> options.heartbeatInterval(Duration.ofSeconds(2))
                                .heartbeatTimeout(Duration.ofSeconds(1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void valueThatMakesNoSenseIsRefusedByName(String message, UnaryOperator<PoolOptionsBuilder> setting) {
        assertThatThrownBy(() -> setting.apply(PoolOptions.builder()).build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("expected");
    }

    @Test
    void defaultsFitTheMachine() {
        PoolOptions options = PoolOptions.builder().build();

        assertThat(options.maxWorkers()).isBetween(1, Runtime.getRuntime().availableProcessors());
        assertThat(options.heap()).isGreaterThanOrEqualTo(128L << 20);
        assertThat(PoolOptions.builder().minWorkers(100).build().maxWorkers()).isEqualTo(100);
    }

    @Test
    void poolWhoseTasksOthersRunNeedsNoWorkers() {
        PoolOptions options = PoolOptions.builder()
                .maxWorkers(0)
                .spread(PoolOptions.Spread.CLUSTER)
                .build();

        assertThat(options.minWorkers()).isZero();
        assertThat(options.maxWorkers()).isZero();
    }
}
