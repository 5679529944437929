package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerStartException;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.RootCause;
import io.github.inparallel.units.Counts;
import java.util.concurrent.TimeUnit;

/**
 * Logs failed starts. A pool goes on trying, perhaps for ever: those that fail as the one before them within a minute have
 * no line of their own, and the next line says how many they were. On the supervisor's thread; time is given to it.
 */
@ConfinedToSupervisor
final class StartFailureLog {

    private static final Log log = Log.of(StartFailureLog.class);

    static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private String kind = ""; // of the last line
    private long lastLine;
    private int more; // since then

    void add(WorkerStartException failure, long now) {
        String newKind = kind(failure);
        if (newKind.equals(kind) && now - lastLine < MINUTE) {
            more++;
            log.debug("{}", failure.getMessage());
            return;
        }
        log.warn(
                "{}{}",
                failure.getMessage(),
                more == 0
                        ? ""
                        : ". So did " + Counts.text(more, "start", "starts") + " before it, since the last such line");
        kind = newKind;
        lastLine = now;
        more = 0;
    }

    /** Returns what the failures of one cause have in common; their messages name the worker. */
    private static String kind(WorkerStartException failure) {
        Throwable root = RootCause.of(failure);
        return root == failure ? "exit " + failure.exitCode() : RootCause.text(root);
    }
}
