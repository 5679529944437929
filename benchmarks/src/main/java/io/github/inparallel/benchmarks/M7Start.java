package io.github.inparallel.benchmarks;

import io.github.inparallel.pool.PoolObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** How soon a worker is ready, and what the starter costs the application's own start. */
final class M7Start implements Measure {

    private static final String READY = "worker, launch to ready";
    private static final String OWN = "application, launch to ready";
    private static final int STARTS = 3;

    @Override
    public String id() {
        return "M7";
    }

    @Override
    public String title() {
        return "worker start to ready, with class-cache off and auto (prepared before); and the start of the application"
                + " itself with the starter present and absent";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        List<Trial> trials = new ArrayList<>();
        for (String cache : List.of("off", "auto")) {
            trials.add(Trial.java(setting, name("core", "", cache), M7Start.class, "core", cache, setting.work()));
        }
        for (String application : setting.effort().quick() ? List.of("web") : List.of("web", "jpa")) {
            for (String form : setting.effort().quick() ? List.of("exploded") : List.of("exploded", "executable")) {
                for (String cache : List.of("off", "auto")) {
                    trials.add(application(setting, name(application, form, cache), application, form, cache));
                }
            }
        }
        trials.add(application(setting, "web, exploded, without the starter", "web", "exploded", "absent"));
        trials.add(application(setting, "web, exploded, with the starter", "web", "exploded", "present"));
        return trials;
    }

    private static String name(String application, String form, String cache) {
        String what = application.equals("core") ? "core" : application + ", " + form;
        return what + ", class-cache: " + cache;
    }

    private static Trial application(Setting setting, String contender, String application, String form, String how) {
        return Trial.java(
                setting, contender, M7Start.class, application, how, setting.work(), form, jar(setting, application));
    }

    static Path jar(Setting setting, String application) {
        return setting.home()
                .resolve(application + "-app")
                .resolve("target")
                .resolve("benchmarks-" + application + "-app-0.1.0-SNAPSHOT-exec.jar");
    }

    @Override
    public List<Goal> goals(Results results) {
        double bound = results.jdk().startsWith("17") ? 0.45 : 0.35;
        List<Goal> goals = new ArrayList<>();
        for (String application : List.of("web", "jpa")) {
            for (String form : List.of("exploded", "executable")) {
                OptionalDouble ratio = Goal.ratio(
                        results.median("M7", name(application, form, "auto"), READY),
                        results.median("M7", name(application, form, "off"), READY));
                goals.add(Goal.atMost(
                        "M7",
                        application + ", " + form + ": worker start with the class cache over without",
                        ratio,
                        bound));
            }
        }
        goals.add(Goal.atMost(
                "M7",
                "the application's own start with the starter over without",
                Goal.ratio(
                        results.median("M7", "web, exploded, with the starter", OWN),
                        results.median("M7", "web, exploded, without the starter", OWN)),
                1.05));
        return goals;
    }

    /**
     * @param args core, web or jpa; off or auto, or present or absent for the application's own start; a folder; for an
     *     application also exploded or executable, and its jar
     */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        Path work = Path.of(args[2]);
        if (args[0].equals("core")) {
            core(args[1]);
        } else {
            ExecutableJar jar = new ExecutableJar(Path.of(args[4]));
            switch (args[1]) {
                case "present" -> own(command(jar, "exploded", work, true, "off"));
                case "absent" -> own(command(jar, "exploded", work, false, "off"));
                default -> application(command(jar, args[3], work, true, args[1]), args[1], args, work);
            }
        }
        System.exit(0);
    }

    static List<String> command(ExecutableJar jar, String form, Path work, boolean starter, String cache)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        if (form.equals("executable")) {
            command.addAll(List.of("-jar", jar.jar().toString()));
        } else {
            command.addAll(
                    List.of("-cp", jar.classPath(work, starter), "io.github.inparallel.benchmarks.app.Application"));
        }
        command.addAll(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--logging.level.root=error",
                "--inparallel.pool.max-workers=1",
                "--inparallel.pool.class-cache=" + cache));
        return command;
    }

    private static void own(List<String> command) throws IOException {
        long[] millis = new long[STARTS];
        for (int i = -1; i < STARTS; i++) {
            try (RunningApplication application = new RunningApplication(command, Map.of())) {
                long ready = application.awaitReady();
                if (i >= 0) { // the first start reads files that nobody has read yet
                    millis[i] = ready;
                }
            }
        }
        Measurement.say(OWN, "ms", (double) Percentiles.of(millis).p50());
    }

    private static void application(List<String> command, String cache, String[] args, Path work)
            throws IOException, InterruptedException {
        // A folder for each application, form and JDK, so that what one run has prepared is there for the next ones.
        Path folder = work.resolve("cache-" + String.join("-", args[0], args[3])
                + Runtime.version().feature());
        Files.createDirectories(folder);
        Map<String, String> environment = Map.of("XDG_CACHE_HOME", folder.toString());
        if (cache.equals("auto")) {
            try (RunningApplication first = new RunningApplication(command, environment)) {
                first.awaitReady();
                first.awaitWorker();
                first.awaitClassCache();
            }
        }
        try (RunningApplication application = new RunningApplication(command, environment)) {
            application.awaitReady();
            application.awaitWorker(); // this one competes with the application's own last steps
            long[] millis = new long[STARTS];
            for (int i = 0; i < STARTS; i++) {
                application.recycle();
                millis[i] = application.awaitWorker();
            }
            Measurement.say(READY, "ms", (double) Percentiles.of(millis).p50());
        }
    }

    private static void core(String cache) throws InterruptedException {
        BlockingQueue<Duration> ready = new LinkedBlockingQueue<>();
        PoolObserver observer = new PoolObserver() {
            @Override
            public void workerReady(String worker, Duration startup) {
                ready.add(startup);
            }
        };
        long[] nanos = new long[STARTS * 2];
        try (CoreContender contender =
                CoreContender.start(CoreContender.options(1).observer(observer).classCache(cache))) {
            ready.take();
            awaitThreadsThatPrepare();
            for (int i = 0; i < nanos.length; i++) {
                contender.pool().recycle();
                nanos[i] = ready.take().toNanos();
            }
        }
        Arrays.sort(nanos);
        Measurement.say(READY, "ms", Percentiles.of(nanos).p50() / 1e6);
    }

    private static void awaitThreadsThatPrepare() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().endsWith("-class-cache")) {
                thread.join();
            }
        }
    }
}
