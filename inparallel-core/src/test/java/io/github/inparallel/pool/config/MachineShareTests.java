package io.github.inparallel.pool.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pool makes of the machine and the container that it finds. */
class MachineShareTests {

    private static final long GB = 1L << 30;
    private static final long MB = 1L << 20;

    @TempDir
    private Path folder;

    @Test
    void slicesAreCutFromTheContainersLimits() { // B81
        MachineShare small = new MachineShare(4, 2 * GB, 512 * MB, false);
        assertThat(small.heap()).isEqualTo(384 * MB);
        assertThat(small.workers(small.heap())).isEqualTo(3);
        assertThat(small.processors(3)).isEqualTo(2);
        MachineShare tiny = new MachineShare(1, 300 * MB, 256 * MB, false);
        assertThat(tiny.heap()).isEqualTo(128 * MB);
        assertThat(tiny.workers(tiny.heap())).isEqualTo(1);
        assertThat(tiny.processors(1)).isEqualTo(1);
        MachineShare large = new MachineShare(64, 256 * GB, 8 * GB, false);
        assertThat(large.heap()).isEqualTo(8 * GB);
        assertThat(large.workers(large.heap())).isEqualTo(30);
        assertThat(large.processors(16)).isEqualTo(4);
    }

    @Test
    void whereTheKernelEndsAllTogetherEachWorkerHasItsShare() throws IOException {
        assertThat(MachineShare.dieTogether(folder)).isFalse();
        Files.writeString(folder.resolve("memory.oom.group"), "0\n");
        assertThat(MachineShare.dieTogether(folder)).isFalse();
        Files.writeString(folder.resolve("memory.oom.group"), "1\n");
        assertThat(MachineShare.dieTogether(folder)).isTrue();
        MachineShare machine = new MachineShare(4, 4 * GB, GB, true);
        assertThat(machine.residentMemory(2, 512 * MB)).isEqualTo((3 * GB - 128 * MB) / 2);
        assertThat(machine.residentMemory(100, 512 * MB)).isEqualTo(640 * MB);
    }
}
