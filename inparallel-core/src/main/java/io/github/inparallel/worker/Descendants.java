package io.github.inparallel.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Processes that were started in this one, and below them. */
final class Descendants {

    /** How exactly the operating system knows when a process started. */
    private static final long TICK_MILLIS = 10;

    private Descendants() {}

    /** Ends all of them: without this process they would be nobody's. */
    static void endAll() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /** Those that were started within the last nanoseconds. */
    static List<ProcessHandle> since(long nanos) {
        List<ProcessHandle> all = ProcessHandle.current().descendants().collect(Collectors.toList());
        if (all.isEmpty()) {
            return all;
        }
        Double uptime = uptimeMillis();
        Predicate<ProcessHandle> isNew;
        if (uptime == null) {
            Instant begin = Instant.now().minus(Duration.ofNanos(nanos));
            isNew = child -> child.info()
                    .startInstant()
                    .map(start -> !start.isBefore(begin))
                    .orElse(false);
        } else {
            double begin = uptime - nanos / 1e6 - TICK_MILLIS;
            isNew = child -> startMillis(child.pid()) >= begin;
        }
        return all.stream().filter(isNew).collect(Collectors.toList());
    }

    // Linux: in milliseconds since the machine started, which no adjustment of its clock changes.
    // What the JDK says of a process's start is off by up to a second.

    private static @Nullable Double uptimeMillis() {
        try {
            String text = Files.readString(Path.of("/proc/uptime"));
            return Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1000;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static double startMillis(long pid) {
        try {
            String text = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            return Double.parseDouble(fields[19]) * TICK_MILLIS;
        } catch (IOException | RuntimeException e) {
            return -1; // gone
        }
    }
}
