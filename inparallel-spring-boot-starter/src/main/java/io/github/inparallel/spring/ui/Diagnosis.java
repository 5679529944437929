package io.github.inparallel.spring.ui;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.PoolStats.ExitStats;
import io.github.inparallel.pool.PoolStats.WaitingTask;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.spring.ui.Problem.Severity;
import io.github.inparallel.units.Counts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Says in plain words how pools are, and what is wrong with them. */
final class Diagnosis {

    /** For so long the end of a worker is a problem. */
    private static final Duration RECENT = Duration.ofMinutes(5);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A method that loses so many workers in a minute loses them by itself. */
    private static final int REPEATEDLY = 3;

    /** A task that waits longer is late. */
    private static final Duration LONG_WAIT = Duration.ofSeconds(30);

    /** Somebody wanted these ends of workers. */
    static final Set<Cause> EXPECTED = Set.of(Cause.SHUTDOWN, Cause.IDLE, Cause.RECYCLED, Cause.CANCELLED);

    private final List<Problem> problems = new ArrayList<>();
    private int busy;
    private int workers;
    private int waiting;
    private int pools;
    private int elsewhere;

    /**
     * Looks at a pool.
     *
     * @param sent how many of its tasks other members have
     * @param waits the tasks that wait, the longest first
     */
    void look(PoolOptions options, PoolStats stats, int sent, List<WaitingTask> waits, Instant now) {
        pools++;
        elsewhere += sent;
        busy += (int) stats.workers(WorkerState.BUSY);
        workers += stats.workers().size();
        waiting += stats.queued();
        String pool = stats.pool();
        stats.outage()
                .ifPresent(outage -> add(
                        Severity.ERROR,
                        pool,
                        "Pool '" + pool + "' is down: " + sentence(outage.reason()),
                        outage.reason().contains("its supervis") ? Advice.SUPERVISION : Advice.START));
        for (PoolStats.RefusedMethod refused : stats.refusedMethods()) {
            add(
                    Severity.ERROR,
                    pool,
                    "'" + refused.method() + "' is refused for " + text(refused.remaining())
                            + ": its tasks lost too many workers, the last one by " + refused.lastCause(),
                    Advice.POISON);
        }
        stats.drainingSince()
                .ifPresent(since -> add(
                        Severity.WARNING,
                        pool,
                        "Pool '" + pool + "' was drained " + text(Duration.between(since, now))
                                + " ago: it accepts no tasks; " + Counts.text(stats.inFlight(), "task is", "tasks are")
                                + " in flight still",
                        Advice.DRAINED));
        deaths(pool, stats.exits(), now);
        if (stats.queued() >= options.queueCapacity() * 0.8) {
            add(
                    Severity.WARNING,
                    pool,
                    "Pool '" + pool + "' has " + Counts.text(stats.queued(), "waiting task", "waiting tasks") + " of "
                            + options.queueCapacity() + " that it takes",
                    Advice.QUEUE);
        } else if (!waits.isEmpty() && waits.get(0).waiting().compareTo(LONG_WAIT) > 0) {
            add(
                    Severity.WARNING,
                    pool,
                    "A task of '" + waits.get(0).method() + "' has waited for "
                            + text(waits.get(0).waiting()) + " in pool '" + pool + "'",
                    stats.size().max() == 0 ? Advice.NO_WORKERS : Advice.WAITING);
        }
    }

    private void deaths(String pool, List<ExitStats> exits, Instant now) {
        Map<String, List<ExitStats>> byMethod = new TreeMap<>();
        for (ExitStats exit : exits) {
            if (!EXPECTED.contains(exit.exit().cause()) && exit.at().isAfter(now.minus(RECENT))) {
                byMethod.computeIfAbsent(method(exit), key -> new ArrayList<>()).add(exit);
            }
        }
        Map<String, Problem> found = new LinkedHashMap<>();
        byMethod.forEach((method, ends) -> {
            ends.sort(Comparator.comparing(ExitStats::at).reversed());
            ExitStats last = ends.get(0);
            long inMinute = ends.stream()
                    .filter(exit -> exit.at().isAfter(now.minus(MINUTE)))
                    .count();
            Advice advice = Advice.about(last.exit().cause());
            String text;
            if (inMinute >= REPEATEDLY && !method.isEmpty()) {
                text = "'" + method + "' loses its workers: " + inMinute + " in the last minute, the last one by "
                        + last.exit();
            } else {
                text = "Worker " + last.worker() + " of pool '" + pool + "' ended "
                        + text(Duration.between(last.at(), now)) + " ago"
                        + (method.isEmpty() ? "" : " while it ran '" + method + "'") + ": " + last.exit()
                        + (ends.size() == 1
                                ? ""
                                : "; " + Counts.text(ends.size() - 1, "other", "others") + " in the last "
                                        + RECENT.toMinutes() + " minutes");
            }
            found.put(method, new Problem(Severity.WARNING, pool, text, advice));
        });
        problems.addAll(found.values());
    }

    private static String method(ExitStats exit) {
        return exit.tasks().isEmpty() ? "" : exit.tasks().get(0).method();
    }

    private void add(Severity severity, String pool, String text, Advice advice) {
        problems.add(new Problem(severity, pool, text, advice));
    }

    /** Returns what is wrong, the worst first. */
    List<Problem> problems() {
        return problems.stream().sorted(Comparator.comparing(Problem::severity)).toList();
    }

    /** Returns how all pools are, in one line. */
    String headline() {
        List<Problem> found = problems();
        if (!found.isEmpty()) {
            return found.get(0).text()
                    + (found.size() == 1
                            ? ""
                            : " (and " + Counts.text(found.size() - 1, "more problem", "more problems") + ")");
        }
        if (pools == 0) {
            return "No pool exists yet: the first call of a method creates its pool";
        }
        String there = Counts.text(elsewhere, "task runs", "tasks run") + " at other members";
        String here = workers == 0
                ? elsewhere > 0 ? there : "no worker is needed"
                : busy + " of " + Counts.text(workers, "worker", "workers") + " busy"
                        + (elsewhere > 0 ? ", " + there : "");
        return "All is well: " + here + ", "
                + (waiting == 0 ? "nothing waits" : Counts.text(waiting, "task waits", "tasks wait"));
    }

    private static String sentence(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= 400 ? line : line.substring(0, 400) + "…";
    }

    /** As people say it: {@code 40 s}, {@code 3 min}. */
    private static String text(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
