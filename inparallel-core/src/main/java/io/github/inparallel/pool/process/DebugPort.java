package io.github.inparallel.pool.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The debug port of a pool. One worker at a time has it: a second one could not start with it. Thread-safe. */
final class DebugPort {

    /** Ports of all pools, since ports are the machine's. */
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    private final int number;

    private DebugPort(int number) {
        this.number = number;
    }

    /** Tells whether a worker of this application has the port, so that it is not free for a good reason. */
    static boolean isTaken(int number) {
        return TAKEN.contains(number);
    }

    /** Takes the port for a worker; returns null where there is none, or another worker has it. */
    static @Nullable DebugPort take(@Nullable Integer number) {
        return number != null && TAKEN.add(number) ? new DebugPort(number) : null;
    }

    /** Returns what has a JVM listen on it. */
    String jvmOption() {
        return "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + number;
    }

    /** Lets another worker have it. */
    void release() {
        TAKEN.remove(number);
    }
}
