package io.github.inparallel.worker;

import io.github.inparallel.protocol.ProcessMark;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Processes that were started in this one, and below them; also those that have detached themselves and carry its mark. */
final class Descendants {

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
     * @param thread as for {@link #since}
     */
    static void endSince(Moment began, Moment thread) {
        Predicate<ProcessHandle> isNew = startedSince(began, thread);
        // First the descendants: one that has another environment would be nobody's when what has started it is gone.
        kill(descendants(), isNew);
        ProcessMark.ofThisProcess().ifPresent(mark -> mark.endCarriers(LONGEST_END, isNew));
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
     * @param began how long ago that is could not be given instead: this thread may wait for a processor between any two steps, and
     *     would miss those of the first moments
     * @param thread when this thread began, or later
     */
    static List<ProcessHandle> since(Moment began, Moment thread) {
        Predicate<ProcessHandle> isNew =
                startedSince(began, thread); // before looking for them, which may take longer than a task
        return all().stream().filter(isNew).collect(Collectors.toList());
    }

    private static Predicate<ProcessHandle> startedSince(Moment began, Moment thread) {
        Double millis = StartClock.millisAt(began, thread);
        if (millis != null) {
            return process -> StartClock.startMillis(process.pid()) >= millis - StartClock.TICK_MILLIS;
        }
        Instant begin = Instant.ofEpochMilli(began.millis() - StartClock.TICK_MILLIS);
        return process -> process.info()
                .startInstant()
                .map(start -> !start.isBefore(begin))
                .orElse(false);
    }
}
