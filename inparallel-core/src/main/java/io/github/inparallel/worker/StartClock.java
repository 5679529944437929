package io.github.inparallel.worker;

import io.github.inparallel.platform.Procfs;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The clock by which Linux says when processes and threads have started, in milliseconds. It goes on while the machine sleeps, and
 * nobody sets it. What time it is the start of a thread tells: {@code /proc/uptime} may be a container's (of lxcfs), and the
 * starts of processes are the machine's there too. What the JDK says of a process's start is off by up to a second.
 */
final class StartClock {

    /** How exactly it is told. */
    static final long TICK_MILLIS = 10;

    static final double GONE = -1;

    private static final int MOST_READINGS = 10;
    private static final long A_MOMENT = 1_000_000;

    private StartClock() {}

    /**
     * Returns what it was then, or a little less; null where there is no such clock.
     *
     * @param thread when this thread began, or later
     */
    static @Nullable Double millisAt(Moment then, Moment thread) {
        try {
            double threadMillis = millis(Files.readString(Procfs.file("thread-self/stat")));
            double nowMillis = 0;
            Moment now = then;
            long shortest = Long.MAX_VALUE;
            for (int i = 0; i < MOST_READINGS && shortest > A_MOMENT; i++) {
                CompletableFuture<Double> start = new CompletableFuture<>();
                Thread reader = new Thread(null, () -> readOwn(start), "inparallel-clock", 0, false);
                reader.setDaemon(true);
                long before = System.nanoTime();
                reader.start();
                Moment after = Moment.now();
                double millis = start.join(); // of one of the moments between these two
                if (after.nanos() - before < shortest) {
                    shortest = after.nanos() - before;
                    now = after;
                    nowMillis = millis;
                }
            }
            return millisAt(then, thread, threadMillis, now, nowMillis);
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // no such file, or no thread to be had
            return null;
        }
    }

    private static void readOwn(CompletableFuture<Double> start) {
        try {
            start.complete(millis(Files.readString(Procfs.file("thread-self/stat"))));
        } catch (Throwable e) {
            start.completeExceptionally(e);
        }
    }

    /**
     * Reckons from two moments of which it is known what it was. The machine may have slept since the early one, which says too little
     * then, or before the late one, which says too much. Where they disagree, the clock that can be set decides between them.
     */
    static double millisAt(Moment then, Moment early, double earlyMillis, Moment late, double lateMillis) {
        double least = earlyMillis + (then.nanos() - early.nanos()) / 1e6;
        double most = lateMillis - (late.nanos() - then.nanos()) / 1e6;
        return Math.max(least, Math.min(most, lateMillis - (late.millis() - then.millis())));
    }

    /** Returns when a process started. What nobody reaps is gone, too: it would be looked for until the time for it is over. */
    static double startMillis(long pid) {
        try {
            return millis(Files.readString(Procfs.of(pid, "stat")));
        } catch (IOException | RuntimeException e) {
            return GONE;
        }
    }

    private static double millis(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[0].equals("Z") ? GONE : Double.parseDouble(fields[19]) * TICK_MILLIS;
    }
}
