package io.github.inparallel.cluster;

import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskState;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.cluster.ChaosWork.Kind;
import io.github.inparallel.cluster.jgroups.CuttableNetwork;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A member in a JVM of its own that calls, and runs what others call, until it is told to stop by a line of its standard input,
 * or is killed. Then it says of each of its calls how it ended, what is wrong with that, and what is left behind.
 */
final class ChaosMember {

    /**
     * What a member is told at its start.
     *
     * @param incarnation makes numbers of its tasks its own
     * @param others how the others are seen
     */
    record Settings(
            int member,
            int incarnation,
            int workers,
            int concurrency,
            int silenceSeconds,
            long seed,
            int pauseMicros,
            Path folder,
            String seenAs,
            List<String> others) {

        List<String> arguments() {
            List<String> arguments = new ArrayList<>(Stream.of(
                            member,
                            incarnation,
                            workers,
                            concurrency,
                            silenceSeconds,
                            seed,
                            pauseMicros,
                            folder,
                            seenAs)
                    .map(Object::toString)
                    .toList());
            arguments.addAll(others);
            return arguments;
        }

        static Settings of(List<String> arguments) {
            return new Settings(
                    Integer.parseInt(arguments.get(0)),
                    Integer.parseInt(arguments.get(1)),
                    Integer.parseInt(arguments.get(2)),
                    Integer.parseInt(arguments.get(3)),
                    Integer.parseInt(arguments.get(4)),
                    Long.parseLong(arguments.get(5)),
                    Integer.parseInt(arguments.get(6)),
                    Path.of(arguments.get(7)),
                    arguments.get(8),
                    arguments.subList(9, arguments.size()));
        }
    }

    private static final int IN_FLIGHT = 12; // of all kinds but the quick ones
    private static final int QUICK_TOGETHER = 100;
    private static final int QUICK_IN_FLIGHT = 300;

    private final Settings settings;
    private final WorkerPool pool;
    private final ChaosWork work;
    private final ClusterNode node;
    private final LongAdder counted = new LongAdder();
    private final Queue<Submitted> submitted = new ConcurrentLinkedQueue<>();
    private int mostElsewhere; // calls at other members at a time; of the thread that calls, then of who has joined it
    private final AtomicBoolean loading = new AtomicBoolean(true);
    private final List<String> wrong = new ArrayList<>();

    /** A call; when it has ended, only what is known of its end is kept, since results are large. */
    private static final class Submitted {

        final long number;
        final Kind kind;
        final int expected; // hash of its result
        final AtomicInteger ends = new AtomicInteger();
        volatile @Nullable TaskFuture<?> future; // until it has ended
        volatile TaskState state = TaskState.QUEUED;
        volatile @Nullable Throwable failure;
        volatile boolean right; // its result is its own
        volatile boolean crossed;

        Submitted(long number, Kind kind, int expected, TaskFuture<?> future) {
            this.number = number;
            this.kind = kind;
            this.expected = expected;
            this.future = future;
        }

        void ended(byte @Nullable [] result, @Nullable Throwable thrown) {
            TaskFuture<?> over = future;
            if (over != null) {
                state = over.taskState();
                crossed = over.member().isPresent();
                failure = thrown;
                right = result != null && Arrays.hashCode(result) == expected;
                future = null;
            }
            ends.incrementAndGet();
        }

        @Override
        public String toString() {
            TaskFuture<?> open = future;
            return "task " + number + " (" + kind + ", " + (open == null ? state : open.taskState()) + ")";
        }
    }

    private ChaosMember(Settings settings) throws IOException {
        this.settings = settings;
        pool = WorkerPool.create(PoolOptions.builder()
                .name("work")
                .maxWorkers(settings.workers)
                .minWorkers(settings.workers)
                .concurrency(settings.concurrency)
                .spread(PoolOptions.Spread.CLUSTER)
                .heap(48L << 20)
                .jvmArgs(
                        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dinparallel.chaos=" + settings.folder))
                .killGrace(Duration.ofMillis(500))
                .shutdownTimeout(Duration.ofSeconds(10))
                .poisonLimit(0)
                .observer(new PoolObserver() {
                    @Override
                    public void taskEnded(
                            String method, TaskState outcome, @Nullable Throwable failure, Duration took) {
                        counted.increment();
                    }
                })
                .build());
        work = pool.proxy(ChaosWork.class, ChaosWork.Body.class);
        Transport transport = CuttableNetwork.member(
                settings.member, settings.seenAs, settings.others, settings.silenceSeconds, "what only members know");
        node = new ClusterNode(
                transport,
                new Identity("chaos", "1", Map.of("work", List.of("ChaosWork"))),
                Map.of("work", new SharedPool(pool.remoteSlots(), pool.lentSlots(), 64 << 20, Duration.ofSeconds(5))),
                ClusterObserver.NONE);
    }

    public static void main(String[] arguments) throws Exception {
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            new Socket(port.getInetAddress(), port.getLocalPort()).close(); // the JVM keeps one for itself
        }
        List<String> before = leftovers();
        ChaosMember member = new ChaosMember(Settings.of(List.of(arguments)));
        member.node.start();
        Thread load = new Thread(member::load, "load");
        load.start();
        System.out.println("is there");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (line.equals("peers")) {
                System.out.println(member.node.stats().count(ClusterStats.State.COMPATIBLE));
            } else if (line.equals("calls")) {
                System.out.println(member.submitted.size());
            } else {
                member.end(load, line.equals("finish"), before);
                return;
            }
        }
        Runtime.getRuntime().halt(2); // the test is gone
    }

    // ---- what it does

    private void load() {
        Random random = new Random(settings.seed);
        Semaphore free = new Semaphore(IN_FLIGHT);
        Semaphore freeForQuick = new Semaphore(QUICK_IN_FLIGHT);
        long number = settings.incarnation * 1_000_000L;
        while (loading.get()) {
            LockSupport.parkNanos(random.nextInt(2 * settings.pauseMicros) * 1_000L);
            free.acquireUninterruptibly();
            call(number++, random, free);
            boolean together = random.nextInt(QUICK_TOGETHER) == 0;
            for (int i = together ? random.nextInt(2 * QUICK_TOGETHER) : 0; i > 0; i--) {
                freeForQuick.acquireUninterruptibly();
                quick(number++, random, freeForQuick);
            }
            mostElsewhere = Math.max(
                    mostElsewhere,
                    node.stats().members().stream()
                            .mapToInt(ClusterStats.Member::sent)
                            .sum());
        }
    }

    private void quick(long number, Random random, Semaphore free) {
        byte[] payload = new byte[random.nextInt(1_500)];
        random.nextBytes(payload);
        int expected = Arrays.hashCode(ChaosWork.answer(number, payload));
        submitted(number, Kind.QUICK, expected, work.quick(number, payload, runs()), free);
    }

    private String runs() {
        return settings.folder.resolve("runs").toString();
    }

    private void call(long number, Random random, Semaphore free) {
        Kind kind = Kind.any(random);
        int millis = kind == Kind.SLOW || kind == Kind.CANCELLED || kind == Kind.RETRIED ? random.nextInt(100) : 0;
        byte[] payload = new byte[kind == Kind.LARGE ? random.nextInt(2 << 20) : random.nextInt(200)];
        random.nextBytes(payload);
        TaskOptions options = switch (kind) {
            case TIMING_OUT, STUBBORN -> TaskOptions.timeout(Duration.ofMillis(100));
            case RETRIED -> TaskOptions.retries(ChaosWork.RETRIES);
            default -> TaskOptions.declared();
        };
        int expected = Arrays.hashCode(ChaosWork.answer(number, payload));
        CompletableFuture<byte[]> future = work.work(number, kind, millis, payload, runs(), options);
        submitted(number, kind, expected, future, free);
        if (kind == Kind.CANCELLED) {
            int after = random.nextInt(200);
            CompletableFuture.delayedExecutor(after, TimeUnit.MILLISECONDS).execute(() -> future.cancel(after % 3 > 0));
        }
    }

    private void submitted(long number, Kind kind, int expected, CompletableFuture<byte[]> future, Semaphore free) {
        Submitted task =
                new Submitted(number, kind, expected, TaskFuture.of(future).orElseThrow());
        submitted.add(task);
        future.whenComplete((value, failure) -> {
            task.ended(value, failure);
            free.release();
        });
    }

    // ---- how it ends

    /** @param waits whether it waits for its calls before it leaves; else it leaves as an application does that is stopped */
    private void end(Thread load, boolean waits, List<String> before) throws Exception {
        loading.set(false);
        load.join();
        if (waits) {
            awaitOutcomes(Duration.ofSeconds(60));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> node.leftovers().isEmpty() && pool.stats().inFlight() == 0 && isWhole());
        }
        node.leave(Duration.ofSeconds(20));
        pool.close();
        awaitOutcomes(Duration.ofSeconds(10));
        submitted.forEach(task -> judge(task, waits));
        if (counted.sum() != submitted.size()) {
            wrong.add(counted + " outcomes are counted, of " + submitted.size() + " calls");
        }
        if (!node.leftovers().isEmpty()) {
            wrong.add("left in the cluster: " + node.leftovers());
        }
        try {
            await().atMost(Duration.ofSeconds(10)).until(() -> left(before).isEmpty());
        } catch (RuntimeException e) {
            wrong.add("left: " + left(before));
        }
        Map<String, Integer> table = new TreeMap<>();
        submitted.forEach(task -> table.merge(task.kind + " " + task.state.label() + reason(task), 1, Integer::sum));
        table.forEach((what, count) -> System.out.println("  " + what + ": " + count));
        wrong.forEach(each -> System.out.println("wrong: " + each));
        System.out.println("ends " + submitted.size() + " "
                + submitted.stream().filter(task -> task.crossed).count() + " " + mostElsewhere);
        System.out.flush();
        Runtime.getRuntime().halt(wrong.isEmpty() ? 0 : 1);
    }

    private boolean isWhole() {
        return settings.workers == 0 || pool.lentSlots().free().sum() == settings.workers * settings.concurrency;
    }

    private void awaitOutcomes(Duration patience) {
        try {
            await().atMost(patience).until(() -> submitted.stream().allMatch(task -> task.ends.get() > 0));
        } catch (ConditionTimeoutException e) {
            submitted.stream().filter(task -> task.ends.get() == 0).forEach(task -> wrong.add("no outcome of " + task));
            wrong.add("seen: " + node.stats() + ", " + pool.stats());
        }
    }

    private void judge(Submitted task, boolean waited) {
        boolean ofTheEnd = !waited && (task.state == TaskState.REFUSED || task.state == TaskState.CANCELLED);
        String message = task.failure == null ? "" : String.valueOf(task.failure.getMessage());
        if (task.ends.get() != 1) {
            wrong.add(task.ends + " ends of " + task);
        } else if (!task.kind.mayEnd(task.state) && !ofTheEnd) {
            wrong.add("an end that is none: " + task + " " + task.failure);
        } else if (task.state == TaskState.SUCCEEDED && !task.right) {
            wrong.add("a result of another: " + task);
        } else if (task.state == TaskState.FAILED && !message.endsWith("no " + task.number)) {
            wrong.add("a failure of another: " + task + " " + task.failure);
        }
    }

    /** Why a member was lost; empty for other ends. */
    private static String reason(Submitted task) {
        return task.failure instanceof WorkerLostException lost && lost.exit().cause() == WorkerExit.Cause.MEMBER_LOST
                ? ", " + String.valueOf(lost.getMessage()).replaceAll(".*which is gone: ", "")
                : "";
    }

    private static List<String> left(List<String> before) throws IOException {
        List<String> left = leftovers();
        before.forEach(left::remove);
        return left;
    }

    /** Threads, processes, files and sockets of this JVM; sockets without their numbers. */
    private static List<String> leftovers() throws IOException {
        List<String> left = new ArrayList<>();
        Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("inparallel") || name.contains("chaos") || name.contains("Connection."))
                .forEach(left::add);
        ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .map(Object::toString)
                .forEach(left::add);
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            files.map(Path::toString)
                    .filter(name -> name.contains(
                            "inparallel-" + ProcessHandle.current().pid() + "-"))
                    .forEach(left::add);
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : open.toList()) {
                try {
                    String target = Files.readSymbolicLink(each).toString();
                    if (target.startsWith("socket:")) {
                        left.add("a socket");
                    }
                } catch (IOException e) {
                    // the one by which they are listed
                }
            }
        }
        return left;
    }
}
