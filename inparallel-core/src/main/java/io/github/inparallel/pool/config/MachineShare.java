package io.github.inparallel.pool.config;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What part of the machine a pool takes where nothing is set. Processors and memory are the container's, not the host's.
 *
 * @param processors that this process may use
 * @param memory bytes that this process and its workers may use together
 * @param ownHeap this JVM's maximum heap
 * @param dyingTogether whether the kernel, when memory runs short, ends this process together with its workers
 */
public record MachineShare(int processors, long memory, long ownHeap, boolean dyingTogether) {

    private static final long MEGABYTE = 1024 * 1024;
    private static final long LEAST_HEAP = 128 * MEGABYTE;

    /** The memory that a JVM needs beside its heap. */
    private static final long BESIDE_THE_HEAP = 128 * MEGABYTE;

    /** Asks the JVM, which knows what its container allows. */
    public static MachineShare ofThisProcess() {
        Runtime runtime = Runtime.getRuntime();
        long memory;
        try {
            memory = Memory.total();
        } catch (LinkageError | ClassCastException e) { // no module jdk.management
            memory = 4 * runtime.maxMemory(); // its own default heap is a quarter
        }
        return new MachineShare(
                runtime.availableProcessors(), memory, runtime.maxMemory(), dieTogether(Path.of("/sys/fs/cgroup")));
    }

    /** A class of its own, so that only its use can fail. */
    private static final class Memory {
        static long total() {
            return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
        }
    }

    /** Reads what Kubernetes has set since 1.28. */
    static boolean dieTogether(Path controlGroup) {
        try {
            return Files.readString(controlGroup.resolve("memory.oom.group"))
                    .trim()
                    .equals("1");
        } catch (IOException e) {
            return false; // no such thing here
        }
    }

    /** Returns the heap of a worker: the smaller of this JVM's maximum heap and a quarter of what is left beside it, at least 128 MB. */
    public long heap() {
        return Math.max(LEAST_HEAP, Math.min(ownHeap, Math.max(0, memory - ownHeap) / 4));
    }

    /** Returns the number of workers: as many as there are processors and room for, at least 1. */
    public int workers(long heap) {
        long room = (memory - ownHeap) / (heap + BESIDE_THE_HEAP);
        return (int) Math.max(1, Math.min(processors, room));
    }

    /** Returns the processors that one of so many workers should count on: at least 2 where there are 2. */
    public int processors(int workers) {
        return Math.max(Math.min(2, processors), processors / Math.max(1, workers)); // there may be some later
    }

    /** Returns the resident bytes that one of so many workers may take so that all of them fit beside the application. */
    public long residentMemory(int workers, long heap) {
        return Math.max(heap + BESIDE_THE_HEAP, (memory - ownHeap - BESIDE_THE_HEAP) / workers);
    }
}
