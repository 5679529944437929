package io.github.inparallel.worker;

import io.github.inparallel.platform.Procfs;
import io.github.inparallel.protocol.ProcessMark;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Processes that were started in this one, and below them; also those that have detached themselves and carry its mark. */
final class Descendants {

    /** How exactly the operating system knows when a process started. */
    private static final long TICK_MILLIS = 10;

    private static final double GONE = -1;
    private static final long A_MOMENT = 1_000_000;
    private static final Duration LONGEST_END = Duration.ofSeconds(5); // on a busy machine one look may take a second
    private static final long BETWEEN_LOOKS = 1_000_000;

    /** Longest time to look for those that are no descendants. */
    private static final Duration SEARCH = Duration.ofSeconds(1);

    private Descendants() {}

    /** Ends all of them, because this process ends: without it they would be nobody's. */
    static void endAll() {
        descendants().forEach(ProcessHandle::destroyForcibly);
        ProcessMark.ofThisProcess().ifPresent(mark -> mark.endCarriers(SEARCH));
    }

    private static List<ProcessHandle> descendants() {
        return ProcessHandle.current().descendants().collect(Collectors.toList());
    }

    private static List<ProcessHandle> all() {
        Set<ProcessHandle> all = new HashSet<>(descendants());
        ProcessMark.ofThisProcess().ifPresent(mark -> all.addAll(mark.carriers(SEARCH)));
        return List.copyOf(all);
    }

    /**
     * Kills those that were started since then, and looks again until there are none: a shell whose command is killed before
     * itself goes on with the next one. Not for long: whatever starts them may not have stopped.
     *
     * @param began as for {@link #since}
     */
    static void endSince(long began) {
        Predicate<ProcessHandle> isNew = startedSince(began);
        ProcessMark.ofThisProcess().ifPresent(mark -> mark.endCarriers(LONGEST_END, isNew));
        // Those that have another environment.
        List<ProcessHandle> left = descendants(); // before the time runs: it may take longer where there are many
        long deadline = System.nanoTime() + LONGEST_END.toNanos();
        while (kill(left, isNew) && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(BETWEEN_LOOKS);
            left = descendants();
        }
    }

    /** Returns whether there was one; those of other users, which live on, do not count. */
    private static boolean kill(List<ProcessHandle> processes, Predicate<ProcessHandle> which) {
        boolean found = false;
        for (ProcessHandle each : processes) {
            if (which.test(each)) {
                found |= each.destroyForcibly() || !each.isAlive();
            }
        }
        return found;
    }

    /**
     * Those that were started since then.
     *
     * @param began of {@code System.nanoTime()}. How long ago that is could not be given instead: this thread may wait for a
     *     processor between any two steps, and would miss those of the first moments
     */
    static List<ProcessHandle> since(long began) {
        Predicate<ProcessHandle> isNew =
                startedSince(began); // before looking for them, which may take longer than a task
        return all().stream().filter(isNew).collect(Collectors.toList());
    }

    private static Predicate<ProcessHandle> startedSince(long began) {
        Double uptime = uptimeMillis(began);
        if (uptime != null) {
            return process -> startMillis(process.pid()) >= uptime - TICK_MILLIS;
        }
        Instant begin = Instant.now().minusNanos(System.nanoTime() - began).minusMillis(TICK_MILLIS);
        return process -> process.info()
                .startInstant()
                .map(start -> !start.isBefore(begin))
                .orElse(false);
    }

    // Linux: in milliseconds since the machine started, which no adjustment of its clock changes.
    // What the JDK says of a process's start is off by up to a second.

    /** What it was at a time of {@code System.nanoTime()}. Of several readings the quickest counts: the others may be another time's. */
    private static @Nullable Double uptimeMillis(long then) {
        try {
            long shortest = Long.MAX_VALUE;
            double found = 0;
            for (int i = 0; i < 100 && shortest > A_MOMENT; i++) {
                long before = System.nanoTime();
                String text = Files.readString(Procfs.file("uptime"));
                long took = System.nanoTime() - before;
                if (took < shortest) {
                    shortest = took;
                    found = Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1000 - (before - then) / 1e6;
                }
            }
            return found;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** What nobody reaps is gone, too: it would be looked for until the time for it is over. */
    private static double startMillis(long pid) {
        try {
            String text = Files.readString(Procfs.of(pid, "stat"));
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            return fields[0].equals("Z") ? GONE : Double.parseDouble(fields[19]) * TICK_MILLIS;
        } catch (IOException | RuntimeException e) {
            return GONE;
        }
    }
}
