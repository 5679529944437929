package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.pool.ChaosWork.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks of every kind from several threads, while somebody kills, stops and continues workers at random. However it goes,
 * every task ends once, with what is its own. {@code -Dchaos.tasks=200000 -Dchaos.seed=7} makes it longer, or another; {@code -Pfull} has 20,000 tasks.
 */
@Tag("process")
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChaosTests { // B2, B18, B25, B26, B27, B29, B32, B34, B45, B75, B95, B98, B107, B110, B114

    private static final int TASKS =
            Integer.getInteger("chaos.tasks", Boolean.getBoolean("inparallel.test.full") ? 20_000 : 4_000);
    private static final long SEED = Long.getLong("chaos.seed", 20_26L);
    private static final int CALLERS = 4;
    private static final int RETRIES = 2;

    @TempDir
    private Path folder;

    private final Map<TaskState, LongAdder> counted = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> exits = new ConcurrentHashMap<>();
    private final LongAdder started = new LongAdder();
    private final LongAdder tried = new LongAdder();
    private final ConcurrentLinkedQueue<Submitted> submitted = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);

    private record Submitted(int number, Kind kind, String expected, TaskFuture<?> future) {}

    private final class Counts implements PoolObserver {
        @Override
        public void taskEnded(String method, TaskState outcome, @Nullable Throwable failure, Duration elapsed) {
            counted.computeIfAbsent(outcome, key -> new LongAdder()).increment();
        }

        @Override
        public void taskRetried(String method) {
            tried.increment();
        }

        @Override
        public void workerStarting(String worker) {
            started.increment();
        }

        @Override
        public void workerExited(String worker, WorkerExit exit) {
            exits.computeIfAbsent(exit.cause().label(), key -> new LongAdder()).increment();
        }
    }

    @Test
    void everyTaskEndsOnceWhateverHappensToWorkers() throws Exception {
        ProcessPool.warmUp();
        await().until(() -> Leftovers.list().isEmpty());
        long descriptors = Leftovers.descriptors();
        WorkerPool pool = ProcessPool.create(options -> options.maxWorkers(3)
                .spareWorkers(1)
                .killGrace(Duration.ofMillis(100))
                .heartbeatInterval(Duration.ofMillis(200))
                .heartbeatTimeout(Duration.ofSeconds(1))
                .poisonLimit(0)
                .maxTasksPerWorker(2_000)
                .observer(new Counts()));
        try {
            ChaosWork work = pool.proxy(ChaosWork.class, ChaosWork.Body.class);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int caller = i;
                callers.add(new Thread(() -> call(work, caller), "caller-" + i));
            }
            Thread monkey = new Thread(() -> kill(pool), "monkey");
            callers.forEach(Thread::start);
            monkey.start();
            for (Thread caller : callers) {
                caller.join();
            }
            CompletableFuture.allOf(submitted.stream().map(Submitted::future).toArray(CompletableFuture[]::new))
                    .handle((all, failure) -> "all have ended")
                    .get(1, TimeUnit.MINUTES);
            over.countDown();
            monkey.join();
        } finally {
            pool.close();
        }
        printTable();
        judge();
        assertThat(pool.stats().inFlight()).isZero();
        await().untilAsserted(() -> {
            assertThat(Leftovers.list()).isEmpty();
            assertThat(Leftovers.descriptors()).isLessThanOrEqualTo(descriptors);
        });
    }

    // ---- what is done

    private void call(ChaosWork work, int caller) {
        Random random = new Random(SEED + caller);
        Semaphore inFlight = new Semaphore(50);
        String runs = folder.resolve("runs").toString();
        for (int i = 0; i < TASKS / CALLERS; i++) {
            int number = i * CALLERS + caller;
            Kind kind = kind(random);
            int millis = kind == Kind.SLOW || kind == Kind.CANCELLED ? random.nextInt(20) : 0;
            byte[] payload = new byte[kind == Kind.LARGE ? 1 << (10 + random.nextInt(12)) : random.nextInt(100)];
            random.nextBytes(payload);
            TaskOptions options = switch (kind) {
                case TIMING_OUT, STUBBORN -> TaskOptions.timeout(Duration.ofMillis(50));
                case RETRIED -> TaskOptions.retries(RETRIES);
                default -> TaskOptions.declared();
            };
            inFlight.acquireUninterruptibly();
            CompletableFuture<String> future = work.work(number, kind, millis, payload, runs, options);
            future.whenComplete((value, failure) -> inFlight.release());
            submitted.add(new Submitted(
                    number,
                    kind,
                    ChaosWork.answer(number, payload),
                    TaskFuture.of(future).orElseThrow()));
            if (kind == Kind.CANCELLED) {
                int after = random.nextInt(500);
                CompletableFuture.delayedExecutor(after, TimeUnit.MILLISECONDS)
                        .execute(() -> future.cancel(after % 3 > 0));
            }
        }
    }

    /** Kinds that cost a worker are rare, because starting one takes a while. */
    private static Kind kind(Random random) {
        int draw = random.nextInt(1000);
        if (draw < 3) {
            return Kind.CRASHING;
        } else if (draw < 6) {
            return Kind.STUBBORN;
        } else if (draw < 20) {
            return Kind.TIMING_OUT;
        } else if (draw < 60) {
            return Kind.LARGE;
        } else if (draw < 110) {
            return Kind.CANCELLED;
        } else if (draw < 210) {
            return Kind.THROWING;
        } else if (draw < 310) {
            return Kind.SLOW;
        } else if (draw < 400) {
            return Kind.RETRIED;
        }
        return Kind.FAST;
    }

    private void kill(WorkerPool pool) {
        Random random = new Random(SEED - 1);
        try {
            while (!over.await(100 + random.nextInt(400), TimeUnit.MILLISECONDS)) {
                List<Long> pids = pool.stats().workers().stream()
                        .filter(worker -> worker.state() == WorkerState.IDLE || worker.state() == WorkerState.BUSY)
                        .map(PoolStats.WorkerStats::pid)
                        .toList();
                if (pids.isEmpty()) {
                    continue;
                }
                long pid = pids.get(random.nextInt(pids.size()));
                if (random.nextInt(5) < 2) {
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                } else {
                    // Some for longer than the pool has patience.
                    signal("STOP", pid);
                    over.await(50 + random.nextInt(1_400), TimeUnit.MILLISECONDS);
                    signal("CONT", pid);
                }
            }
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        boolean ours = ProcessHandle.current().children().anyMatch(child -> child.pid() == pid);
        if (ours) {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        }
    }

    // ---- what must hold

    private void judge() throws IOException {
        assertThat(submitted).hasSize(TASKS / CALLERS * CALLERS);
        Map<Integer, Long> runs = runs();
        Map<TaskState, Long> states = new EnumMap<>(TaskState.class);
        for (Submitted task : submitted) {
            TaskState state = task.future().taskState();
            states.merge(state, 1L, Long::sum);
            assertThat(state).as("%s", task).isIn(possible(task.kind()));
            long times = runs.getOrDefault(task.number(), 0L);
            assertThat(times).as("runs of %s", task).isLessThanOrEqualTo(task.kind() == Kind.RETRIED ? RETRIES + 1 : 1);
            if (state == TaskState.SUCCEEDED) {
                assertThat(times).as("runs of %s", task).isPositive();
                assertThat(task.future().join()).isEqualTo(task.expected());
            } else if (state == TaskState.FAILED) {
                Throwable failure =
                        task.future().handle((value, thrown) -> thrown).join();
                assertThat(failure).hasMessage("no " + task.number());
            }
        }
        for (TaskState state : TaskState.values()) {
            if (state != TaskState.QUEUED && state != TaskState.RUNNING) {
                assertThat(counted.getOrDefault(state, new LongAdder()).sum())
                        .as("counted %s", state)
                        .isEqualTo(states.getOrDefault(state, 0L));
            }
        }
        assertThat(exits.values().stream().mapToLong(LongAdder::sum).sum()).isEqualTo(started.sum());
    }

    private static List<TaskState> possible(Kind kind) {
        return switch (kind) {
            case THROWING -> List.of(TaskState.FAILED, TaskState.WORKER_LOST);
            case CRASHING -> List.of(TaskState.WORKER_LOST);
            case TIMING_OUT, STUBBORN -> List.of(TaskState.TIMED_OUT, TaskState.WORKER_LOST);
            case CANCELLED -> List.of(TaskState.CANCELLED, TaskState.SUCCEEDED, TaskState.WORKER_LOST);
            case FAST, SLOW, LARGE, RETRIED -> List.of(TaskState.SUCCEEDED, TaskState.WORKER_LOST);
        };
    }

    private Map<Integer, Long> runs() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines.stream().collect(Collectors.groupingBy(Integer::valueOf, Collectors.counting()));
    }

    private void printTable() {
        Map<Kind, Map<TaskState, Integer>> table = new EnumMap<>(Kind.class);
        for (Submitted task : submitted) {
            table.computeIfAbsent(task.kind(), key -> new EnumMap<>(TaskState.class))
                    .merge(task.future().taskState(), 1, Integer::sum);
        }
        List<TaskState> states = List.of(
                TaskState.SUCCEEDED,
                TaskState.FAILED,
                TaskState.TIMED_OUT,
                TaskState.CANCELLED,
                TaskState.WORKER_LOST,
                TaskState.REFUSED);
        StringBuilder text =
                new StringBuilder("Chaos on Java " + Runtime.version().feature() + ", seed " + SEED + "\n");
        text.append(String.format("%-12s", ""));
        states.forEach(state -> text.append(String.format("%12s", state)));
        for (Kind kind : Kind.values()) {
            text.append(String.format("%n%-12s", kind));
            states.forEach(state -> text.append(
                    String.format("%12d", table.getOrDefault(kind, Map.of()).getOrDefault(state, 0))));
        }
        System.out.println(
                text + "\nworkers " + started + ", exits " + new TreeMap<>(exits) + ", tried again " + tried);
    }
}
