package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.protocol.Scarcity;
import io.github.inparallel.units.Sizes;

/** What a worker has run out of, and in which task: it lives on, but is not to be trusted with another one. */
public record Shortage(Scarcity scarcity, PoolStats.LostTask task) {

    /** What happened and what to do, for the log. */
    public String text(PoolOptions options) {
        return text(scarcity, options) + ". It happened in " + task;
    }

    /** What a worker ran out of, and what to do. */
    public static String text(Scarcity scarcity, PoolOptions options) {
        return switch (scarcity) {
            case HEAP -> "It ran out of memory with heap: " + Sizes.text(options.heap()) + "; raise the pool's heap";
            case CLASSES ->
                "It ran out of memory for classes; raise -XX:MaxMetaspaceSize in jvm-args, or recycle workers"
                        + " (max-tasks-per-worker)";
            case DIRECT_MEMORY ->
                "It ran out of direct memory, which is outside the heap; raise -XX:MaxDirectMemorySize in jvm-args,"
                        + " which is as much as heap, " + Sizes.text(options.heap()) + ", where it is not set";
            case THREADS ->
                "It got no more threads from the operating system; have tasks end the threads that they start, or"
                        + " raise the limit of processes (ulimit -u, or pids of a container)";
            case OTHER -> "It ran out of what no property of a pool raises: the OutOfMemoryError says of what";
        };
    }
}
