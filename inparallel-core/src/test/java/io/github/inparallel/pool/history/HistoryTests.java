package io.github.inparallel.pool.history;

import static io.github.inparallel.TaskState.CANCELLED;
import static io.github.inparallel.TaskState.FAILED;
import static io.github.inparallel.TaskState.REFUSED;
import static io.github.inparallel.TaskState.SUCCEEDED;
import static io.github.inparallel.TaskState.TIMED_OUT;
import static io.github.inparallel.TaskState.WORKER_LOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.LoggedLines;
import io.github.inparallel.pool.OtherTime;
import io.github.inparallel.pool.PoolHistory;
import io.github.inparallel.pool.PoolHistory.FailedTask;
import io.github.inparallel.pool.PoolHistory.Interval;
import io.github.inparallel.pool.PoolHistory.LastFailure;
import io.github.inparallel.pool.PoolHistory.MethodHistory;
import io.github.inparallel.pool.PoolHistory.TaskSpan;
import io.github.inparallel.pool.PoolHistory.WorkerStart;
import io.github.inparallel.pool.PoolStats.ExitStats;
import io.github.inparallel.pool.WorkerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a pool keeps of what happened, and for how long, in a time of the test's own. */
class HistoryTests {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final Instant START = Instant.parse("2026-03-04T03:00:00Z");

    private long now = 77 * SECOND;
    private Instant clock = START;
    private final KnownGauges pool = new KnownGauges();
    private final History history =
            new History("ocr", new OtherTime(() -> now).showing(() -> clock.plusNanos(now - 77 * SECOND)));
    private long nextId = 1;

    private void pass(long nanos) {
        now += nanos;
    }

    private void ended(TaskState outcome, String method, long nanos) {
        ended(RecordedTasks.ran(nextId++, method, nanos, now), outcome, null);
    }

    private void ended(RecordedTask task, TaskState outcome, @Nullable Throwable failure) {
        history.ended(task, outcome, failure, now);
    }

    private void exited(String worker) {
        history.exited(new ExitStats(
                Instant.EPOCH,
                worker,
                4711,
                Duration.ZERO,
                0,
                new WorkerExit(137, Optional.of("SIGKILL"), Cause.KILLED),
                "",
                List.of(),
                List.of(),
                Optional.empty(),
                0));
    }

    private PoolHistory all() {
        return history.after(0, pool);
    }

    private MethodHistory method(String name) {
        return all().methods().stream()
                .filter(method -> method.method().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // ---- intervals

    @Test
    void newHistoryIsEmpty() {
        PoolHistory empty = all();

        assertThat(empty.intervals()).isEmpty();
        assertThat(empty.methods()).isEmpty();
        assertThat(empty.deaths()).isEmpty();
        assertThat(empty.failures()).isEmpty();
        assertThat(empty.spans()).isEmpty();
        assertThat(empty.starts()).isEmpty();
        assertThat(empty.cursor()).isPositive().isLessThan(1L << 53);
    }

    @Test
    void intervalIsFinishedAfterFiveSeconds() {
        ended(SUCCEEDED, "Ocr.read", 3 * MILLI);
        ended(FAILED, "Ocr.read", 5 * MILLI);
        pass(5 * SECOND - 1);
        assertThat(all().intervals()).isEmpty();
        pass(1);

        assertThat(all().intervals()).singleElement().satisfies(interval -> {
            assertThat(interval.start()).isEqualTo(START);
            assertThat(interval.ended()).containsExactly(Map.entry(SUCCEEDED, 1L), Map.entry(FAILED, 1L));
            assertThat((double) interval.p50().toNanos()).isCloseTo(3e6, within(3e6 / 16));
            assertThat((double) interval.p99().toNanos()).isCloseTo(5e6, within(5e6 / 16));
        });
    }

    @Test
    void intervalsBeginWhereClocksHaveFullFiveSeconds() {
        clock = Instant.parse("2026-03-04T03:04:58.250Z");
        long begin = now;
        History other = new History("ocr", new OtherTime(() -> now).showing(() -> clock.plusNanos(now - begin)));
        pass(1_750 * MILLI);

        assertThat(other.after(0, pool).intervals())
                .extracting(Interval::start)
                .containsExactly(Instant.parse("2026-03-04T03:04:55Z"));
    }

    @Test
    void taskCountsInTheIntervalInWhichItEndedHoweverLateThatIsCounted() {
        ended(SUCCEEDED, "Ocr.read", MILLI);
        pass(5 * SECOND);
        ended(SUCCEEDED, "Ocr.read", MILLI);
        ended(SUCCEEDED, "Ocr.read", MILLI);
        pass(10 * SECOND);

        assertThat(all().intervals())
                .extracting(interval -> interval.ended().getOrDefault(SUCCEEDED, 0L))
                .containsExactly(1L, 2L, 0L);
    }

    @Test
    void taskWhoseIntervalIsFinishedCountsInThePresentOne() {
        RecordedTask late = RecordedTasks.ran(1, "Ocr.read", MILLI, now);
        pass(5 * SECOND);
        assertThat(all().intervals()).hasSize(1);
        ended(late, SUCCEEDED, null);
        pass(5 * SECOND);

        assertThat(all().intervals())
                .extracting(interval -> interval.ended().getOrDefault(SUCCEEDED, 0L))
                .containsExactly(0L, 1L);
    }

    @Test
    void taskThatNeverRanHasNoRunningTime() {
        ended(RecordedTasks.waited(1, "Ocr.read", 60 * SECOND, now), REFUSED, null);
        pass(5 * SECOND);

        PoolHistory all = all();
        assertThat(all.intervals().get(0).ended()).containsExactly(Map.entry(REFUSED, 1L));
        assertThat(all.intervals().get(0).p99()).isZero();
        assertThat(all.spans()).isEmpty();
        assertThat(method("Ocr.read").hour().mean()).isZero();
        assertThat(method("Ocr.read").hour().calls()).isOne();
    }

    @Test
    void whatThePoolShowsIsThatOfTheLastLook() {
        pool.running = 3;
        pool.queued = 9;
        pool.idle = 2;
        pool.memory = 1_000;
        history.look(pool);
        pool.running = 1;
        pool.memory = 7;
        pass(SECOND);
        history.look(pool);
        pass(4 * SECOND);
        pool.running = 77;

        assertThat(all().intervals()).singleElement().satisfies(interval -> {
            assertThat(interval.running()).isOne();
            assertThat(interval.queued()).isEqualTo(9);
            assertThat(interval.workers()).containsExactly(Map.entry(WorkerState.IDLE, 2));
            assertThat(interval.memory()).isEqualTo(1_000);
        });
        assertThat(pool.looksAtMemory).isEqualTo(2);
    }

    @Test
    void intervalsThatNobodyLookedInAreFilledIn() {
        pool.idle = 1;
        history.look(pool);
        pass(3 * 60 * SECOND);
        pool.idle = 0;
        List<Interval> intervals = all().intervals();

        assertThat(intervals)
                .hasSize(36)
                .allSatisfy(interval -> assertThat(interval.workers()).containsExactly(Map.entry(WorkerState.IDLE, 1)));
        assertThat(intervals)
                .extracting(Interval::start)
                .containsExactlyElementsOf(IntStream.range(0, 36)
                        .mapToObj(i -> START.plusSeconds(5L * i))
                        .toList());
    }

    @Test
    void poolWithoutWorkersNeedsNoMemory() {
        pool.idle = 1;
        pool.memory = 1_000;
        history.look(pool);
        pool.idle = 0;
        history.look(pool);
        pass(5 * SECOND);

        assertThat(all().intervals().get(0).memory()).isZero();
        assertThat(pool.looksAtMemory).isOne();
    }

    @Test
    void hourIsKeptAndWhatIsOlderForgotten() {
        ended(SUCCEEDED, "Ocr.read", MILLI);
        pass(3_600 * SECOND);
        assertThat(all().intervals())
                .hasSize(720)
                .first()
                .extracting(Interval::start)
                .isEqualTo(START);
        pass(5 * SECOND);

        List<Interval> intervals = all().intervals();
        assertThat(intervals).hasSize(720).first().extracting(Interval::start).isEqualTo(START.plusSeconds(5));
        assertThat(intervals)
                .allSatisfy(interval -> assertThat(interval.ended()).isEmpty());
        assertThat(all().methods()).isEmpty();
    }

    @Test
    void nothingIsLeftOfAPoolThatNobodyLookedAtForDays() {
        ended(SUCCEEDED, "Ocr.read", MILLI);
        history.look(pool);
        ended(FAILED, "Ocr.read", MILLI);
        pass(TimeUnit.DAYS.toNanos(30) + 2 * SECOND);
        ended(SUCCEEDED, "Ocr.write", MILLI);
        pass(5 * SECOND);

        PoolHistory all = all();
        assertThat(all.intervals()).hasSize(720);
        assertThat(all.intervals().subList(0, 719))
                .allSatisfy(interval -> assertThat(interval.ended()).isEmpty());
        assertThat(all.intervals().get(719).ended()).containsExactly(Map.entry(SUCCEEDED, 1L));
        assertThat(all.intervals().get(719).start()).isEqualTo(START.plus(Duration.ofDays(30)));
        assertThat(all.methods()).extracting(MethodHistory::method).containsExactly("Ocr.write");
        assertThat(all.spans()).extracting(TaskSpan::method).containsExactly("Ocr.write");
        assertThat(all.failures()).as("the last failures, however old").hasSize(1);
    }

    /** It had not begun when it ended; now, as it is noted, a worker has it. */
    @Test
    void taskThatAWorkerGetsWhileItEndsHasRunForNoTime() {
        RecordedTask late = new RecordedTask() {
            private boolean asked;

            @Override
            public long id() {
                return 7;
            }

            @Override
            public String displayName() {
                return "Ocr.read";
            }

            @Override
            public @Nullable Lane lane() {
                Lane lane = asked ? new Lane(1, 0) : null;
                asked = true;
                return lane;
            }

            @Override
            public boolean hasBegun() {
                return lane() != null;
            }

            @Override
            public long submittedNanos() {
                return now;
            }

            @Override
            public long assignedNanos() {
                return now;
            }

            @Override
            public long endedNanos() {
                return now;
            }
        };

        ended(late, CANCELLED, null);

        assertThat(all().spans()).noneMatch(span -> span.elapsed().isNegative());
    }

    // ---- methods

    @Test
    void methodsAreInOrderOfTheirCalls() {
        ended(SUCCEEDED, "Ocr.seldom", MILLI);
        ended(SUCCEEDED, "Ocr.often", MILLI);
        ended(SUCCEEDED, "Ocr.often", MILLI);

        assertThat(all().methods()).extracting(MethodHistory::method).containsExactly("Ocr.often", "Ocr.seldom");
    }

    @Test
    void windowsOfAMethodAreItsLastMinutesAndItsLastHour() {
        ended(SUCCEEDED, "Ocr.read", 10 * MILLI);
        pass(600 * SECOND);
        ended(TIMED_OUT, "Ocr.read", 30 * MILLI);

        MethodHistory read = method("Ocr.read");
        assertThat(read.fiveMinutes().ended()).containsExactly(Map.entry(TIMED_OUT, 1L));
        assertThat(read.fiveMinutes().mean()).isEqualTo(Duration.ofMillis(30));
        assertThat(read.hour().calls()).isEqualTo(2);
        assertThat(read.hour().mean()).isEqualTo(Duration.ofMillis(20));
        assertThat(read.hour().max()).isEqualTo(Duration.ofMillis(30));
    }

    @Test
    void percentileIsNeverAboveTheLongestTime() {
        ended(SUCCEEDED, "Ocr.read", 17);

        assertThat(method("Ocr.read").hour().p99()).isEqualTo(Duration.ofNanos(17));
    }

    @Test
    void methodsWithoutAnEntryOfTheirOwnShareOneUntilOthersAreForgotten() {
        for (int i = 0; i < Methods.MOST + 5; i++) {
            ended(SUCCEEDED, "Ocr.m" + i, MILLI);
        }
        assertThat(all().methods()).hasSize(Methods.MOST + 1);
        assertThat(method(MethodHistory.OTHERS).hour().calls()).isEqualTo(5);
        assertThat(all().spans().get(Methods.MOST).method()).isEqualTo(MethodHistory.OTHERS);

        pass(3_600 * SECOND);
        ended(SUCCEEDED, "Ocr.late", MILLI);
        assertThat(all().methods()).extracting(MethodHistory::method).containsExactly("Ocr.late");
    }

    @Test
    void lastFailureIsThatOfTheMethod() {
        ended(RecordedTasks.ran(1, "Ocr.read", MILLI, now), FAILED, new IllegalStateException("first\nmore"));
        pass(SECOND);
        ended(RecordedTasks.ran(2, "Ocr.read", MILLI, now), CANCELLED, new IllegalStateException("cancelled"));
        ended(SUCCEEDED, "Ocr.write", MILLI);

        assertThat(method("Ocr.read").lastFailure())
                .contains(new LastFailure(START, "java.lang.IllegalStateException", "first"));
        assertThat(method("Ocr.write").lastFailure()).isEmpty();
    }

    // ---- events

    @Test
    void failedTimedOutAndLostTasksAreKept() {
        now += SECOND;
        ended(RecordedTasks.ran(17, "Ocr.read", MILLI, now), FAILED, new IllegalStateException());
        ended(RecordedTasks.waited(18, "Ocr.read", 2 * MILLI, now), TIMED_OUT, null);
        ended(RecordedTasks.ran(19, "Ocr.read", MILLI, now), WORKER_LOST, new IllegalStateException("lost"));
        ended(RecordedTasks.ran(20, "Ocr.read", MILLI, now), CANCELLED, null);
        ended(RecordedTasks.waited(21, "Ocr.read", MILLI, now), REFUSED, null);
        ended(RecordedTasks.ran(22, "Ocr.read", MILLI, now), SUCCEEDED, null);

        Instant at = START.plusSeconds(1);
        String type = "java.lang.IllegalStateException";
        assertThat(all().failures())
                .containsExactly(
                        new FailedTask(at, "ocr-17", "Ocr.read", FAILED, "ocr-1", Duration.ofMillis(1), type, ""),
                        new FailedTask(at, "ocr-18", "Ocr.read", TIMED_OUT, "", Duration.ofMillis(2), "", ""),
                        new FailedTask(
                                at, "ocr-19", "Ocr.read", WORKER_LOST, "ocr-1", Duration.ofMillis(1), type, "lost"));
    }

    @Test
    void lastFiftyOfEachAreKept() {
        for (int i = 1; i <= 70; i++) {
            ended(RecordedTasks.ran(i, "Ocr.read", MILLI, now), FAILED, new IllegalStateException());
            history.ready(i, 1_000 + i, i % 3);
            exited("ocr-" + i);
        }
        PoolHistory all = all();
        assertThat(all.failures()).hasSize(50).extracting(FailedTask::taskId).startsWith("ocr-21");
        assertThat(all.starts()).hasSize(50).last().isEqualTo(new WorkerStart(START, "ocr-70", 1_070, 1));
        assertThat(all.deaths()).hasSize(50).extracting(ExitStats::worker).startsWith("ocr-21");
    }

    @Test
    void lastThousandSpansAreKept() {
        for (int i = 1; i <= 2_500; i++) {
            pass(MILLI);
            ended(SUCCEEDED, "Ocr.read", MILLI);
        }
        List<TaskSpan> spans = all().spans();
        assertThat(spans)
                .hasSize(Spans.MOST)
                .isSortedAccordingTo((a, b) -> a.start().compareTo(b.start()));
        assertThat(spans.get(Spans.MOST - 1))
                .isEqualTo(
                        new TaskSpan(0, "ocr-1", "Ocr.read", START.plusMillis(2_499), Duration.ofMillis(1), SUCCEEDED));
    }

    @Test
    void spansOlderThanHalfAnHourAreForgotten() {
        ended(SUCCEEDED, "Ocr.read", MILLI);
        pass(1_800 * SECOND);
        assertThat(all().spans()).hasSize(1);
        pass(1);
        assertThat(all().spans()).isEmpty();
    }

    // ---- time

    @Test
    void clockThatWasSetBackMovesAllThatHappenedAlike() {
        ended(RecordedTasks.ran(1, "Ocr.read", MILLI, now), FAILED, null);
        pass(10 * SECOND);
        clock = clock.minusSeconds(7_200);
        exited("ocr-1");
        ended(RecordedTasks.ran(2, "Ocr.read", MILLI, now), FAILED, null);
        PoolHistory all = all();

        Instant begin = START.minusSeconds(7_200);
        assertThat(all.failures()).extracting(FailedTask::at).containsExactly(begin, begin.plusSeconds(10));
        assertThat(all.deaths()).extracting(ExitStats::at).containsExactly(begin.plusSeconds(10));
        assertThat(all.intervals()).extracting(Interval::start).containsExactly(begin, begin.plusSeconds(5));
        assertThat(all.spans()).extracting(TaskSpan::start).isSorted();
    }

    // ---- cursors

    @Test
    void cursorAsksForWhatCameLater() {
        exited("ocr-1");
        PoolHistory first = all();
        exited("ocr-2");
        PoolHistory second = history.after(first.cursor(), pool);

        assertThat(second.deaths()).extracting(ExitStats::worker).containsExactly("ocr-2");
        assertThat(history.after(second.cursor(), pool).deaths()).isEmpty();
        assertThat(history.after(first.cursor(), pool).deaths()).as("once more").hasSize(1);
    }

    @Test
    void cursorThatWasNotGivenOutAsksForEverything() {
        exited("ocr-1");
        long cursor = all().cursor();

        assertThat(LongStream.of(0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, cursor - 1_000_000, cursor + 1_000_000))
                .allSatisfy(
                        other -> assertThat(history.after(other, pool).deaths()).hasSize(1));
    }

    @Test
    void cursorOfAnEarlierProcessAsksForEverything() {
        long earlier = 0;
        for (int i = 0; i < 500; i++) {
            earlier = all().cursor();
        }
        clock = clock.plusSeconds(1);
        History next = new History("ocr", new OtherTime(() -> now).showing(() -> clock));
        next.ready(1, 4711, 0);
        for (int i = 0; i < 1_000; i++) {
            next.after(0, pool);
        }
        assertThat(next.after(earlier, pool).starts()).hasSize(1);
    }

    @Test
    void readersGetEachEntryOnceInWhateverOrderThingsHappen() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < 50; run++) {
            List<Reader> readers = List.of(new Reader(), new Reader(), new Reader());
            int tasks = 0;
            int workers = 0;
            long before = all().cursor();
            readers.forEach(reader -> reader.cursor = before);
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(6)) {
                    case 0 -> pass(random.nextInt(3) * SECOND);
                    case 1 -> history.ready(++workers, 1, 0);
                    case 2 -> exited("ocr-" + workers);
                    case 3 -> history.look(pool);
                    case 4 ->
                        ended(
                                RecordedTasks.ran(++tasks, "Ocr.read", MILLI, now - random.nextInt(2) * SECOND),
                                random.nextBoolean() ? SUCCEEDED : FAILED,
                                null);
                    default -> readers.get(random.nextInt(readers.size())).read();
                }
                readers.forEach(reader -> {
                    if (random.nextInt(10) == 0) {
                        reader.read();
                    }
                });
            }
            readers.forEach(Reader::read);
            String at = "run " + run + ", seed " + seed;
            for (Reader reader : readers) {
                assertThat(reader.ended).as(at).isEqualTo(readers.get(0).ended);
                assertThat(reader.twice).as(at).isFalse();
                assertThat(reader.spans).as(at).isEqualTo(tasks);
                assertThat(reader.starts).as(at).hasSize(workers);
            }
        }
    }

    /** Somebody who reads now and then, always what came after the last time. */
    private final class Reader {

        private long cursor;
        private boolean twice;
        private int spans;
        private final Set<String> starts = new HashSet<>();
        private final Set<Instant> intervals = new HashSet<>();
        private final Set<String> failures = new HashSet<>();
        private final List<String> deaths = new ArrayList<>();
        private final Map<String, Integer> ended = new HashMap<>();

        private void read() {
            PoolHistory part = history.after(cursor, pool);
            cursor = part.cursor();
            spans += part.spans().size();
            part.starts().forEach(start -> twice |= !starts.add(start.worker()));
            part.intervals().forEach(interval -> twice |= !intervals.add(interval.start()));
            part.failures().forEach(failure -> twice |= !failures.add(failure.taskId()));
            part.deaths().forEach(death -> deaths.add(death.worker()));
            ended.put("failures", failures.size());
            ended.put("deaths", deaths.size());
            ended.put("intervals", intervals.size());
        }
    }

    // ---- threads

    @Test
    void countsAddUpWhoeverEndsTasksAndReadsMeanwhile() throws InterruptedException {
        long threads = 6;
        int each = 5_000;
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                for (int n = 0; n < each; n++) {
                    TaskState outcome = n % 10 == 0 ? FAILED : SUCCEEDED;
                    history.ended(
                            RecordedTasks.ran(n, "Ocr.m" + number % 3, 1 + n, now + n % 100 * SECOND),
                            outcome,
                            null,
                            now);
                    if (n % 500 == 0) {
                        history.after(0, pool);
                    }
                }
            });
            all.add(thread);
            thread.start();
        }
        for (Thread thread : all) {
            thread.join();
        }
        pass(200 * SECOND);
        PoolHistory end = all();

        Map<TaskState, Long> sums = new HashMap<>();
        end.intervals()
                .forEach(interval -> interval.ended().forEach((state, count) -> sums.merge(state, count, Long::sum)));
        assertThat(sums)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(SUCCEEDED, threads * each * 9 / 10, FAILED, threads * each / 10));
        assertThat(end.methods()).hasSize(3).allSatisfy(method -> {
            assertThat(method.hour().calls()).isEqualTo(threads / 3 * each);
            assertThat(method.hour().mean()).isEqualTo(Duration.ofNanos((1L + each) / 2));
            assertThat(method.hour().max()).isEqualTo(Duration.ofNanos(each));
        });
    }

    // ---- failures of its own

    @Test
    void exceptionWhoseMethodsThrowIsKeptByItsType() {
        ended(RecordedTasks.ran(1, "Ocr.read", MILLI, now), FAILED, new IllegalStateException() {
            @Override
            public String getMessage() {
                throw new IllegalStateException("thrown by a test");
            }
        });

        assertThat(all().failures()).singleElement().satisfies(failure -> {
            assertThat(failure.type()).startsWith("io.github.inparallel.pool.history.HistoryTests$");
            assertThat(failure.message()).isEmpty();
        });
    }

    @Test
    void whatGoesWrongIsSaidOnceAndReachesNobody() {
        RecordedTask broken = new RecordedTask() {
            @Override
            public boolean hasBegun() {
                return false;
            }

            @Override
            public long id() {
                return 1;
            }

            @Override
            public String displayName() {
                throw new OutOfMemoryError("thrown by a test");
            }

            @Override
            public @Nullable Lane lane() {
                return null;
            }

            @Override
            public long submittedNanos() {
                return 0;
            }

            @Override
            public long assignedNanos() {
                return 0;
            }

            @Override
            public long endedNanos() {
                return 0;
            }
        };
        try (LoggedLines lines = new LoggedLines(History.class.getName())) {
            ended(broken, SUCCEEDED, null);
            ended(broken, SUCCEEDED, null);
            history.look(new Gauges() {
                @Override
                public int running() {
                    throw new IllegalStateException("thrown by a test");
                }

                @Override
                public int queued() {
                    return 0;
                }

                @Override
                public void countWorkers(int[] byState) {}

                @Override
                public long memory() {
                    return 0;
                }
            });
            assertThat(lines.all()).containsExactly("WARN The history of pool 'ocr' is incomplete; this is said once");
        }
        ended(SUCCEEDED, "Ocr.read", MILLI);
        assertThat(method("Ocr.read").hour().calls()).isOne();
    }
}
