package io.github.inparallel.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskFailedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.OtherTime;
import io.github.inparallel.pool.PoolStats.ExitStats;
import io.github.inparallel.pool.PoolStats.LostTask;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However much happens in a pool, what is kept of it needs no more memory than is promised: it is filled, and weighed. */
class HistoryMemoryTests {

    private static final int PROMISED = 256 * 1024;
    private static final int POOLS = 12; // at once, so that what else lives in this process does not count
    private static final long SECOND = 1_000_000_000L;

    private long now;

    /** Makes one whose every table is full. */
    private interface Filling {
        void fill(History history, int pool) throws Exception;
    }

    private long weigh(Filling filling) throws Exception {
        fill(filling, 2); // classes are loaded
        long before = used();
        List<History> all = fill(filling, POOLS);
        long after = used();
        return (after - before) / all.size();
    }

    private List<History> fill(Filling filling, int pools) throws Exception {
        List<History> all = new ArrayList<>(pools);
        for (int i = 0; i < pools; i++) {
            now = 0;
            History history = new History("p".repeat(64), new OtherTime(() -> now));
            filling.fill(history, i);
            all.add(history);
        }
        return all;
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static String text(String letter, int length, int number) {
        return number + letter.repeat(length);
    }

    private void fill(History history, String letter, int length) throws Exception {
        KnownGauges gauges = new KnownGauges();
        gauges.running = Integer.MAX_VALUE;
        gauges.idle = Integer.MAX_VALUE;
        gauges.memory = Long.MAX_VALUE;
        for (int i = 0; i < 400; i++) { // methods that are called all the time, and others that are called once
            now += 10 * SECOND;
            history.look(gauges);
            int method = i % 40 < 30 ? i % 40 : i;
            RecordedTasks task = new RecordedTasks(
                    Long.MAX_VALUE - i,
                    text(letter, length, method),
                    new Lane(i, i),
                    now - (1L << i % 44),
                    now - (1L << i % 44) - i,
                    now);
            TaskState outcome = i % 2 == 0 ? TaskState.FAILED : TaskState.SUCCEEDED;
            history.ended(
                    task, outcome, new TaskFailedException(text(letter, length, i), text(letter, length, i)), now);
            history.ready(i, i, i);
            if (i % 6 == 0) {
                history.exited(exit(letter, length, i));
            }
        }
        history.after(0, gauges);
        fillJournal(history, letter, length);
    }

    /** Threads of all kinds leave what nobody has counted. */
    private void fillJournal(History history, String letter, int length) throws Exception {
        for (int thread = 0; thread < 8; thread++) {
            int number = thread;
            Thread writer = new Thread(() -> {
                for (int i = 0; i < Journal.LINES - 1; i++) {
                    history.ended(
                            new RecordedTasks(i, text(letter, length, i + 100 * number), new Lane(i, i), 0, 0, now),
                            TaskState.SUCCEEDED,
                            null,
                            now);
                }
            });
            writer.start();
            writer.join();
        }
    }

    private static ExitStats exit(String letter, int length, int number) {
        return new ExitStats(
                Instant.EPOCH,
                text("w", 64, number),
                4711,
                Duration.ofNanos(number),
                number,
                new WorkerExit(134, Optional.of(text("SIG", 1, number)), Cause.CRASHED),
                text(letter, length, number),
                IntStream.range(0, 10)
                        .mapToObj(i -> new LostTask(text("t", 84, i), text(letter, length, i)))
                        .toList(),
                IntStream.range(0, 12)
                        .mapToObj(i -> text(letter, Math.min(length, 4_000), i))
                        .toList(),
                Optional.of(Path.of("/" + text("f", 250, number))),
                number);
    }

    @Test
    void longTextsNeedNoMore() throws Exception {
        assertThat(weigh((history, pool) -> fill(history, "x", 2_000))).isLessThan(PROMISED);
    }

    @Test
    void longTextsInLettersOfTheWorldNeedNoMore() throws Exception {
        assertThat(weigh((history, pool) -> fill(history, "長", 2_000))).isLessThan(PROMISED);
    }

    @Test
    void textsThatJustFitNeedNoMore() throws Exception {
        assertThat(weigh((history, pool) -> fill(history, "x", 70))).isLessThan(PROMISED);
    }
}
