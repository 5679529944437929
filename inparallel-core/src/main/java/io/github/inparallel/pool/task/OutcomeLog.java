package io.github.inparallel.pool.task;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.pool.runtime.Log;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Logs the tasks that timed out, were cancelled or were refused. The first of each method and reason has a line of its
 * own; those that follow within a minute are counted, and one line says how many they were. Lost workers and failed tasks
 * are not logged here: the first are logged with the worker's end, the second belong to their callers.
 *
 * <p>Thread-safe: told by whoever ends a task, asked by the supervisor for what is due. Time is given to it.
 */
public final class OutcomeLog {

    private static final Log log = Log.of(OutcomeLog.class);

    static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final String pool;
    private volatile LongConsumer wakeBy = due -> {}; // set once, before there are tasks
    private final Map<Kind, Counted> kinds = new ConcurrentHashMap<>();

    public OutcomeLog(String pool) {
        this.pool = pool;
    }

    /** @param wakeUp has {@link #report} called by then */
    public void watchedBy(LongConsumer wakeUp) {
        wakeBy = wakeUp;
    }

    /** What is counted together. */
    private record Kind(String method, String reason, boolean warn) {}

    /** How many there were since the last line. Guarded by itself. */
    private static final class Counted {
        private boolean open; // a line was logged less than a minute ago
        private long since;
        private int more;
    }

    /** A task has ended. */
    public void ended(String taskId, String method, TaskState state, @Nullable Throwable failure, long now) {
        Kind kind = switch (state) {
            case TIMED_OUT ->
                new Kind(
                        method,
                        failure instanceof TaskTimeoutException timeout
                                ? "timed out (" + timeout.kind() + ")"
                                : "timed out",
                        true);
            case REFUSED ->
                new Kind(
                        method,
                        failure instanceof TaskRefusedException refused
                                ? "refused (" + refused.reason() + ")"
                                : "refused",
                        true);
            case CANCELLED -> new Kind(method, "cancelled", false);
            default -> null;
        };
        if (kind == null) {
            return;
        }
        Counted counted = kinds.computeIfAbsent(kind, key -> new Counted());
        synchronized (counted) {
            if (counted.open && now - counted.since < MINUTE) {
                if (counted.more++ == 0) {
                    wakeBy.accept(counted.since + MINUTE);
                }
                return;
            }
            reportMore(kind, counted);
            counted.open = true;
            counted.since = now;
        }
        String text = failure == null
                ? "Task " + taskId + " (" + method + ") was completed by its caller"
                : String.valueOf(failure.getMessage());
        if (kind.warn()) {
            String which = text.contains(method) ? taskId : taskId + " (" + method + ")";
            log.warn("Pool '{}', task {}: {}", pool, which, text);
        } else {
            log.info("Pool '{}': {}", pool, text);
        }
    }

    /** Logs the counts whose minute is over; returns when the next is, {@code Long.MAX_VALUE} if nothing was counted. */
    public long report(long now) {
        long next = Long.MAX_VALUE;
        for (Map.Entry<Kind, Counted> each : kinds.entrySet()) {
            Counted counted = each.getValue();
            synchronized (counted) {
                if (counted.more == 0) {
                    continue;
                }
                long due = counted.since + MINUTE;
                if (due - now > 0) {
                    next = next == Long.MAX_VALUE || due - next < 0 ? due : next;
                } else {
                    reportMore(each.getKey(), counted);
                    counted.open = false;
                }
            }
        }
        return next;
    }

    private void reportMore(Kind kind, Counted counted) {
        int more = counted.more;
        counted.more = 0;
        if (more == 0) {
            return;
        }
        if (kind.warn()) {
            log.warn("Pool '{}', {}: {} more {} within a minute", pool, kind.method(), more, kind.reason());
        } else {
            log.info("Pool '{}', {}: {} more {} within a minute", pool, kind.method(), more, kind.reason());
        }
    }
}
