package io.github.inparallel.benchmarks;

import io.github.inparallel.TaskFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** How soon a call is answered after the busy worker was killed. */
final class M4Recovery implements Measure {

    private static final String FIGURE = "kill -9 to the next answer";
    private static final String OURS = "inparallel, Spring";
    private static final int PATIENCE_SECONDS = 5;

    @Override
    public String id() {
        return "M4";
    }

    @Override
    public String title() {
        return "from kill -9 of the busy worker, the only one, to the next call's answer; spare-workers: 1";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        int kills = setting.effort().quick() ? 5 : 12;
        List<Trial> trials = new ArrayList<>();
        trials.add(Trial.java(setting, OURS, M4Recovery.class, "spring", kills));
        trials.add(Trial.java(setting, "inparallel, core", M4Recovery.class, "core", kills));
        if (setting.effort().peers()) {
            trials.add(Trial.java(setting, "PP4J", M4Recovery.class, "pp4j", 1));
            trials.add(Trial.python(setting, "CPython ProcessPoolExecutor", "pool.py", "recovery", 0, 0));
        }
        return trials;
    }

    @Override
    public List<Goal> goals(Results results) {
        return List.of(Goal.atMost(
                "M4", "milliseconds from kill -9 to the next answer", results.median("M4", OURS, FIGURE), 10));
    }

    /** @param args contender; how many workers are killed, one after another */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        if (args[0].equals("pp4j")) {
            killOther();
        } else {
            killOurs(args[0], Integer.parseInt(args[1]));
        }
        System.exit(0);
    }

    private static void killOurs(String name, int kills) throws Exception {
        long[] nanos = new long[kills];
        try (PoolContender contender = PoolContender.start(name, 1, 1, 0)) {
            contender.awaitIdle(2);
            for (int i = 0; i < 1_000; i++) {
                contender.echo("warm");
            }
            for (int i = 0; i < kills; i++) {
                contender.awaitIdle(2);
                long pid = busyWorker(contender.tasks().hang());
                long start = System.nanoTime();
                kill(pid);
                contender.echo("hello, worker");
                nanos[i] = System.nanoTime() - start;
            }
        }
        Percentiles percentiles = Percentiles.of(nanos);
        Measurement.say(FIGURE, "ms", percentiles.p50() / 1e6);
        Measurement.say(FIGURE + ", slowest", "ms", percentiles.p99() / 1e6);
    }

    /** A task that its worker has not begun would only be given to the next worker, and keep that one busy. */
    private static long busyWorker(Future<?> task) {
        TaskFuture<?> future = TaskFuture.of(task).orElseThrow();
        while (future.progress().isEmpty()) {
            LockSupport.parkNanos(100_000);
        }
        return future.workerPid().orElseThrow();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static void killOther() throws Exception {
        Pp4jContender contender = new Pp4jContender(1);
        contender.echo("warm");
        long pid = ProcessHandle.current().children().findFirst().orElseThrow().pid();
        contender.hang();
        contender.echoLater("queued, so that the one before is what the process does");
        LockSupport.parkNanos(500_000_000);
        long start = System.nanoTime();
        kill(pid);
        try {
            contender.echoLater("hello, worker").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Measurement.say(FIGURE, "ms", (System.nanoTime() - start) / 1e6);
        } catch (TimeoutException e) {
            Measurement.sayWord(FIGURE, "the caller hangs");
        }
    }
}
