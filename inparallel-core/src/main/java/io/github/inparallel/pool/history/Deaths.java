package io.github.inparallel.pool.history;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.pool.PoolStats.ExitStats;
import io.github.inparallel.pool.PoolStats.LostTask;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The last workers that ended, with what they printed, as far as there is room: where they left much, the oldest lose their
 * lines first. Guarded by the history's lock.
 */
final class Deaths {

    static final int MOST = 50;

    private static final int LINES_BYTES = 4 * 1024; // of one worker
    private static final int LINE_BYTES = 400;
    private static final int TEXT_BYTES = 300;
    private static final int MOST_TASKS = 8;
    private static final int OWN_BYTES = 320; // a death without texts

    private final Deque<Death> deaths = new ArrayDeque<>(MOST + 1);
    private int bytes; // of all of them

    /** One of them. */
    private static final class Death {

        private final long stamp;
        private final long nanos; // when
        private final String worker;
        private final long pid;
        private final Duration age;
        private final long tasksDone;
        private final WorkerExit exit;
        private final String explanation;
        private final List<LostTask> tasks;
        private final @Nullable String errorFile;
        private final int place;
        private List<String> lines;
        private final int linesBytes;
        private int bytes;

        private Death(ExitStats exit, long nanos, long stamp) {
            this.stamp = stamp;
            this.nanos = nanos;
            this.worker = exit.worker();
            this.pid = exit.pid();
            this.age = exit.age();
            this.tasksDone = exit.tasksDone();
            this.exit = exit.exit();
            this.explanation = Texts.cut(exit.explanation(), TEXT_BYTES);
            this.tasks = exit.tasks().stream()
                    .limit(MOST_TASKS)
                    .map(task -> new LostTask(task.taskId(), Texts.cut(task.method(), Texts.NAME_BYTES)))
                    .toList();
            // One that is cut would name no file.
            this.errorFile = exit.errorFile()
                    .map(Path::toString)
                    .filter(file -> Texts.bytes(file) <= 2 * TEXT_BYTES)
                    .orElse(null);
            this.place = exit.place();
            this.lines = lastOf(exit.lastStderr());
            this.linesBytes = lines.stream().mapToInt(Texts::bytes).sum();
            this.bytes = OWN_BYTES
                    + Texts.bytes(explanation)
                    + Texts.bytes(worker)
                    + (errorFile == null ? 0 : Texts.bytes(errorFile))
                    + tasks.stream()
                            .mapToInt(task -> 32 + Texts.bytes(task.taskId()) + Texts.bytes(task.method()))
                            .sum()
                    + linesBytes;
        }

        private static List<String> lastOf(List<String> all) {
            List<String> kept = new ArrayList<>();
            int sum = 0;
            for (int i = all.size() - 1; i >= 0; i--) {
                String line = Texts.cut(all.get(i), LINE_BYTES);
                sum += Texts.bytes(line);
                if (sum > LINES_BYTES) {
                    break;
                }
                kept.add(line);
            }
            Collections.reverse(kept);
            return List.copyOf(kept);
        }

        /** Returns how many bytes less it needs. */
        private int loseLines() {
            int less = lines.isEmpty() ? 0 : linesBytes;
            lines = List.of();
            bytes -= less;
            return less;
        }

        private ExitStats stats(LongFunction<Instant> instants) {
            return new ExitStats(
                    instants.apply(nanos),
                    worker,
                    pid,
                    age,
                    tasksDone,
                    exit,
                    explanation,
                    tasks,
                    lines,
                    Optional.ofNullable(errorFile).map(Path::of),
                    place);
        }
    }

    void add(ExitStats exit, long nanos, long stamp) {
        Death death = new Death(exit, nanos, stamp);
        deaths.add(death);
        bytes += death.bytes;
        if (deaths.size() > MOST) {
            bytes -= deaths.remove().bytes;
        }
    }

    /** Forgets what does not fit into so many bytes. */
    void fit(int most) {
        for (Death each : deaths) {
            if (bytes <= most) {
                return;
            }
            bytes -= each.loseLines();
        }
        while (bytes > most && deaths.size() > 1) {
            bytes -= deaths.remove().bytes;
        }
    }

    /** Returns those that were added after a stamp, oldest first. */
    List<ExitStats> after(long stamp, LongFunction<Instant> instants) {
        List<ExitStats> found = new ArrayList<>();
        for (Death each : deaths) {
            if (each.stamp > stamp) {
                found.add(each.stats(instants));
            }
        }
        return found;
    }
}
