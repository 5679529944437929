package io.github.inparallel.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolStats.ExitStats;
import io.github.inparallel.pool.PoolStats.LostTask;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The last deaths, and what of them there is room for. */
class DeathsTests {

    private static final WorkerExit CRASH = new WorkerExit(134, Optional.of("SIGABRT"), Cause.CRASHED);

    private static final int BYTES = 40 * 1024;

    private final Deaths deaths = new Deaths();

    private static ExitStats exit(int number, List<String> lines) {
        return exit(number, lines, List.of(new LostTask("ocr-" + number, "Ocr.read")), Path.of("/tmp/hs_err.log"));
    }

    private static ExitStats exit(int number, List<String> lines, List<LostTask> tasks, Path file) {
        return new ExitStats(
                Instant.EPOCH,
                "ocr-" + number,
                4711,
                Duration.ofSeconds(7),
                3,
                CRASH,
                "it may be native code",
                tasks,
                lines,
                Optional.of(file),
                2);
    }

    private List<ExitStats> after(long stamp) {
        return deaths.after(stamp, Instant.EPOCH::plusNanos);
    }

    @Test
    void deathIsKeptAsItWasTold() {
        deaths.add(exit(1, List.of("one", "two")), 0, 1);

        assertThat(after(0)).containsExactly(exit(1, List.of("one", "two")));
    }

    @Test
    void deathHappenedWhenTheHistoryHeardOfIt() {
        deaths.add(exit(1, List.of()), 5_000_000_000L, 1);

        assertThat(after(0)).extracting(ExitStats::at).containsExactly(Instant.ofEpochSecond(5));
    }

    @Test
    void onlyThoseAfterTheStampAreReturned() {
        deaths.add(exit(1, List.of()), 0, 1);
        deaths.add(exit(2, List.of()), 0, 2);

        assertThat(after(1)).extracting(ExitStats::worker).containsExactly("ocr-2");
        assertThat(after(2)).isEmpty();
    }

    @Test
    void lastFiftyAreKept() {
        for (int i = 1; i <= 120; i++) {
            deaths.add(exit(i, List.of("line")), 0, 1);
        }
        assertThat(after(0))
                .hasSize(Deaths.MOST)
                .extracting(ExitStats::worker)
                .startsWith("ocr-71")
                .endsWith("ocr-120");
    }

    @Test
    void ofManyLinesTheLastAreKept() {
        List<String> lines = Collections.nCopies(49, "x".repeat(4_096));
        deaths.add(exit(1, Stream.concat(lines.stream(), Stream.of("the last")).toList()), 0, 1);

        List<String> kept = after(0).get(0).lastStderr();
        assertThat(kept).hasSizeBetween(5, 12).endsWith("the last");
        assertThat(kept.get(0)).endsWith("...").hasSizeLessThanOrEqualTo(400);
    }

    @Test
    void whereThereIsMuchTheOldestLoseTheirLinesFirst() {
        for (int i = 1; i <= 50; i++) {
            deaths.add(exit(i, Collections.nCopies(50, "y".repeat(300))), 0, 1);
        }
        deaths.fit(BYTES);
        List<ExitStats> all = after(0);
        assertThat(all).hasSize(50);
        assertThat(all.get(0).lastStderr()).isEmpty();
        assertThat(all.get(0).tasks()).isNotEmpty();
        assertThat(all.get(49).lastStderr()).isNotEmpty();
        int first = 0;
        while (all.get(first).lastStderr().isEmpty()) {
            first++;
        }
        assertThat(all.subList(first, 50)).noneMatch(exit -> exit.lastStderr().isEmpty());
    }

    @Test
    void whereEvenTheRestIsTooMuchThereAreFewer() {
        List<LostTask> tasks = Collections.nCopies(64, new LostTask("t".repeat(84), "長".repeat(10_000)));
        for (int i = 1; i <= 50; i++) {
            deaths.add(exit(i, List.of(), tasks, Path.of("/" + "f".repeat(400))), 0, 1);
        }
        deaths.fit(BYTES);
        List<ExitStats> all = after(0);
        assertThat(all).hasSizeBetween(5, 49);
        assertThat(all.get(all.size() - 1).worker()).isEqualTo("ocr-50");
        assertThat(all.get(0).tasks()).hasSize(8);
        assertThat(all.get(0).tasks().get(0).method()).endsWith("...");
    }

    @Test
    void fileWhoseNameIsTooLongIsLeftOut() {
        deaths.add(exit(1, List.of(), List.of(), Path.of("/" + "f".repeat(2_000))), 0, 1);

        assertThat(after(0).get(0).errorFile()).isEmpty();
    }
}
