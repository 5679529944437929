package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResidentMemoryTests {

    @Test
    void processHoldsAtLeastTheHeapThatItUses() {
        assumeThat(Files.exists(Path.of("/proc/self/status"))).isTrue();
        long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        assertThat(ResidentMemory.of(ProcessHandle.current().pid()).orElseThrow())
                .isGreaterThan(used / 2);
    }

    @Test
    void processThatIsGoneHoldsNothingThatIsKnown() {
        assertThat(ResidentMemory.of(Long.MAX_VALUE)).isEmpty();
        assertThat(ResidentMemory.of(-1)).isEmpty();
    }
}
