package io.github.inparallel.worker;

import io.github.inparallel.protocol.WireLimit;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.StringJoiner;

/** What all threads of this process do, as text. */
final class ThreadDump {

    private ThreadDump() {}

    /** Never fails: whoever asked waits for an answer. */
    static String now() {
        try {
            StringJoiner dump = new StringJoiner("\n\n");
            for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false)) {
                if (thread != null && dump.length() < WireLimit.THREAD_DUMP.most()) {
                    dump.add(describe(thread));
                }
            }
            return WireLimit.THREAD_DUMP.cut(dump.toString());
        } catch (RuntimeException | Error e) { // such as a Java installation without management
            return "The threads cannot be told: " + e;
        }
    }

    private static String describe(ThreadInfo thread) {
        StringBuilder text = new StringBuilder(
                "\"" + thread.getThreadName() + "\" #" + thread.getThreadId() + " " + thread.getThreadState());
        LockInfo lock = thread.getLockInfo();
        if (lock != null) {
            text.append(" on ").append(lock);
        }
        if (thread.getLockOwnerName() != null) {
            text.append(" owned by \"").append(thread.getLockOwnerName()).append('"');
        }
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n\tat ").append(frame); // all frames, not only the first eight as of ThreadInfo's own text
        }
        return text.toString();
    }
}
