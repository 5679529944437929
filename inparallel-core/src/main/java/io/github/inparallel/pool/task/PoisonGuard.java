package io.github.inparallel.pool.task;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.units.Counts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a method for a minute that lost so many workers within a minute, so that one bad input in a retry loop cannot
 * take every worker down. Thread-safe: losses are told by the supervisor, refusals asked for by callers. Time is given to
 * it.
 */
public final class PoisonGuard {

    static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final int limit;
    private final Map<String, Losses> methods = new ConcurrentHashMap<>();

    /** @param limit losses within a minute; 0 is none */
    public PoisonGuard(int limit) {
        this.limit = limit;
    }

    /** What a method has lost. Guarded by itself. */
    private static final class Losses {
        private final Deque<Long> times = new ArrayDeque<>();
        private boolean refused;
        private long refusedUntil;
        private String lastCause = "";
        private String displayName = "";
    }

    /** A task of the method lost its worker. Returns whether the method is refused by this one. */
    public boolean lost(String method, String displayName, String cause, long now) {
        if (limit == 0) {
            return false;
        }
        Losses losses = methods.computeIfAbsent(method, key -> new Losses());
        synchronized (losses) {
            losses.times.addLast(now);
            losses.lastCause = cause;
            losses.displayName = displayName;
            while (now - losses.times.getFirst() >= MINUTE) {
                losses.times.removeFirst();
            }
            if (losses.times.size() < limit || losses.refused) {
                return false;
            }
            losses.refused = true;
            losses.refusedUntil = now + MINUTE;
            losses.times.clear();
            return true;
        }
    }

    /** Whether no method has ever lost a worker, as almost always. */
    public boolean isEmpty() {
        return methods.isEmpty();
    }

    /** Why a task of the method is refused now; null if it is not. */
    @Nullable
    public TaskRefusedException refusal(String method, String displayName, long now) {
        Losses losses = methods.get(method);
        if (losses == null) {
            return null;
        }
        synchronized (losses) {
            if (losses.refused && now - losses.refusedUntil >= 0) {
                losses.refused = false;
            }
            if (!losses.refused) {
                return null;
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(losses.refusedUntil - now) + 1;
            return new TaskRefusedException(
                    displayName + " is refused for another " + seconds + " s: its tasks lost "
                            + Counts.text(limit, "worker", "workers") + " within a minute (poison-limit: " + limit
                            + "), the last one with "
                            + losses.lastCause,
                    Reason.POISON,
                    null);
        }
    }

    /** The methods that are refused now. */
    public List<PoolStats.RefusedMethod> refused(long now) {
        if (methods.isEmpty()) {
            return List.of();
        }
        List<PoolStats.RefusedMethod> refused = new ArrayList<>();
        for (Losses losses : methods.values()) {
            synchronized (losses) {
                if (losses.refused && now - losses.refusedUntil < 0) {
                    refused.add(new PoolStats.RefusedMethod(
                            losses.displayName, Duration.ofNanos(losses.refusedUntil - now), losses.lastCause));
                }
            }
        }
        return refused;
    }
}
