package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class DebugPortTests {

    private static final int NUMBER = 65_001; // taken by name only: nothing listens

    @Test
    void oneWorkerAtATimeHasIt() {
        DebugPort first = Objects.requireNonNull(DebugPort.take(NUMBER));
        assertThat(DebugPort.isTaken(NUMBER)).isTrue();
        assertThat(DebugPort.take(NUMBER)).isNull();
        first.release();
        assertThat(DebugPort.isTaken(NUMBER)).isFalse();
        DebugPort second = Objects.requireNonNull(DebugPort.take(NUMBER));
        assertThat(second.jvmOption()).contains("suspend=n").endsWith("127.0.0.1:" + NUMBER);
        second.release();
    }

    @Test
    void whereThereIsNoneNobodyHasIt() {
        assertThat(DebugPort.take(null)).isNull();
    }
}
