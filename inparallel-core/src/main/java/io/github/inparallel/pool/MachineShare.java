package io.github.inparallel.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What part of the machine a pool takes where nothing is set. Processors and memory are the container's, not the host's:
 * the JVM counts processors so, and the memory is the smallest limit of the control groups above this process.
 */
final class MachineShare {

    private static final long MEGABYTE = 1024 * 1024;
    private static final long LEAST_HEAP = 128 * MEGABYTE;
    private static final long BESIDE_THE_HEAP = 128 * MEGABYTE;

    private MachineShare() {}

    /** The smaller of this JVM's maximum heap and a quarter of what is left beside it, at least 128 MB. */
    static long heap() {
        long own = Runtime.getRuntime().maxMemory();
        return Math.max(LEAST_HEAP, Math.min(own, Math.max(0, memory() - own) / 4));
    }

    /** As many as there are processors and room for, at least 1. */
    static int workers(long heap) {
        long room = (memory() - Runtime.getRuntime().maxMemory()) / (heap + BESIDE_THE_HEAP);
        return (int) Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), room));
    }

    /** Processors that one of so many workers should count on: at least 2 where there are 2. */
    static int processors(int workers) {
        int all = Runtime.getRuntime().availableProcessors();
        return Math.max(Math.min(2, all), all / workers);
    }

    private static long memory() {
        long memory = total();
        for (String file : new String[] {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
            memory = Math.min(memory, number(file));
        }
        return memory;
    }

    private static long total() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemTotal:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not Linux: the JVM's own default heap is a quarter of the memory.
        }
        return 4 * Runtime.getRuntime().maxMemory();
    }

    private static long number(String file) {
        try {
            return Long.parseLong(Files.readString(Path.of(file)).trim());
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE; // no such limit
        }
    }
}
