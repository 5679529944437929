package io.github.inparallel.benchmarks;

import io.github.inparallel.pool.PoolOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What idle workers take: memory and processor time. */
final class M8Memory implements Measure {

    private static final String WEB = "inparallel, small Spring web application";
    private static final String CORE = "inparallel, core";
    private static final String LIMIT = "limit: bare JVMs that sleep";
    private static final int SETTLE_SECONDS = 5; // the JVM compiles on for a while
    private static final List<Integer> WORKERS = List.of(1, 2, 8);

    @Override
    public String id() {
        return "M8";
    }

    @Override
    public String title() {
        return "memory of each idle worker (PSS), and processor time of an idle pool with its application";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        int seconds = setting.effort().quick() ? 15 : 60;
        List<Trial> trials = new ArrayList<>();
        for (int workers : setting.effort().quick() ? List.of(2) : WORKERS) {
            int idle = workers == 2 ? seconds : 0;
            trials.add(Trial.java(setting, LIMIT, M8Memory.class, "bare", workers, idle));
            trials.add(Trial.java(setting, CORE, M8Memory.class, "core", workers, idle));
            trials.add(Trial.java(
                    setting, WEB, M8Memory.class, "web", workers, idle, setting.work(), M7Start.jar(setting, "web")));
        }
        return trials;
    }

    private static String figure(int workers) {
        return "PSS of each, " + workers + (workers == 1 ? " worker" : " workers");
    }

    @Override
    public List<Goal> goals(Results results) {
        List<Goal> goals = new ArrayList<>();
        for (int workers : WORKERS) {
            if (workers > 1) {
                goals.add(Goal.atMost(
                        "M8",
                        "MiB of each of " + workers + " idle Spring workers",
                        results.median("M8", WEB, figure(workers)),
                        60));
            }
        }
        for (int workers : WORKERS) {
            goals.add(Goal.atMost(
                    "M8",
                    "MiB of each of " + workers + " idle plain core workers",
                    results.median("M8", CORE, figure(workers)),
                    25));
        }
        goals.add(Goal.atMost(
                "M8",
                "part of a processor that the idle core pool takes beyond sleeping JVMs, in thousandths",
                idle(results),
                1));
        return goals;
    }

    private static OptionalDouble idle(Results results) {
        OptionalDouble ours = results.median("M8", CORE, "processor time of a second");
        OptionalDouble bare = results.median("M8", LIMIT, "processor time of a second");
        return ours.isPresent() && bare.isPresent()
                ? OptionalDouble.of(ours.getAsDouble() - bare.getAsDouble())
                : OptionalDouble.empty();
    }

    /**
     * @param args bare, core or web; how many workers; seconds that they are idle; for the application a folder and its
     *     jar
     */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        int workers = Integer.parseInt(args[1]);
        int seconds = Integer.parseInt(args[2]);
        switch (args[0]) {
            case "bare" -> bare(workers, seconds);
            case "core" -> core(workers, seconds);
            default -> web(workers, seconds, Path.of(args[3]), new ExecutableJar(Path.of(args[4])));
        }
        System.exit(0);
    }

    private static void bare(int workers, int seconds) throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < workers; i++) {
                processes.add(Program.start(Program.command(List.of("-XX:+UseSerialGC"), Sleeper.class)));
            }
            report(
                    processes.stream().map(Process::pid).toList(),
                    ProcessHandle.current().pid(),
                    seconds);
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static void core(int workers, int seconds) throws IOException, InterruptedException {
        try (CoreContender contender =
                CoreContender.start(PoolOptions.builder().minWorkers(workers).maxWorkers(workers))) {
            contender.awaitIdle(workers);
            List<Long> pids = contender.pool().stats().workers().stream()
                    .map(worker -> worker.pid())
                    .toList();
            report(pids, ProcessHandle.current().pid(), seconds);
        }
    }

    private static void web(int workers, int seconds, Path work, ExecutableJar jar)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(M7Start.command(jar, "exploded", work, true, "off"));
        command.removeIf(argument -> argument.startsWith("--inparallel.pool.max-workers"));
        command.addAll(List.of("--inparallel.pool.min-workers=" + workers, "--inparallel.pool.max-workers=" + workers));
        try (RunningApplication application = new RunningApplication(command, Map.of())) {
            application.awaitReady();
            for (int i = 0; i < workers; i++) {
                application.awaitWorker();
            }
            report(application.workers(), application.pid(), seconds);
        }
    }

    /** Memory of the workers a while after the last one started; then what they and their parent do while nobody calls. */
    private static void report(List<Long> workers, long parent, int seconds) throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        double sum = 0;
        for (long pid : workers) {
            sum += ProcFile.mebibytes(pid);
        }
        Measurement.say(figure(workers.size()), "MiB", sum / workers.size());
        if (seconds > 0) {
            List<Long> all = new ArrayList<>(workers);
            all.add(parent);
            double before = ProcFile.processorMillis(all);
            TimeUnit.SECONDS.sleep(seconds);
            double used = ProcFile.processorMillis(all) - before;
            Measurement.say("processor time of a second", "ms", used / seconds);
        }
    }

    /** A JVM that does nothing. */
    static final class Sleeper {

        private Sleeper() {}

        public static void main(String[] args) throws InterruptedException {
            Program.endWithParent();
            new CountDownLatch(1).await();
        }
    }
}
