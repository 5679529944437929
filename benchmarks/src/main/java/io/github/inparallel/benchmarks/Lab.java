package io.github.inparallel.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs measures: each contender in processes of its own, round after round, and nothing else beside it. */
final class Lab {

    private static final long LONGEST_TRIAL_SECONDS = 150;

    private final Setting setting;
    private final Results results;

    Lab(Setting setting, Results results) {
        this.setting = setting;
        this.results = results;
    }

    void run(Measure measure) throws IOException, InterruptedException {
        List<Trial> trials = measure.trials(setting);
        for (int round = 1; round <= setting.effort().rounds(); round++) {
            for (Trial trial : trials) {
                System.err.printf(
                        "%s, JDK %s, round %d of %d: %s%n",
                        measure.id(),
                        results.jdk(),
                        round,
                        setting.effort().rounds(),
                        trial.prefix() + trial.contender());
                run(measure.id(), trial);
            }
        }
        results.add(measure.goals(results));
    }

    private void run(String measure, Trial trial) throws IOException, InterruptedException {
        if (trial.command().contains("python3") && !hasPython()) {
            add(new Measurement(measure, trial.contender(), "", "skipped: no python3 here", Double.NaN));
            return;
        }
        // Its standard input stays open: programs of ours end when it ends, so that none outlives this one.
        Process process = new ProcessBuilder(trial.command())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread limit = new Thread(() -> endAfterLimit(process), "trial-limit");
        limit.setDaemon(true);
        limit.start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            output.lines()
                    .flatMap(line -> Measurement.heard(measure, trial.contender(), line).stream())
                    .map(said -> new Measurement(
                            measure, trial.contender(), trial.prefix() + said.figure(), said.unit(), said.value()))
                    .forEach(this::add);
        } finally {
            end(process);
            limit.interrupt();
        }
        int exit = process.waitFor();
        if (exit != 0) {
            System.err.println("  ended with exit code " + exit + ": " + String.join(" ", trial.command()));
        }
    }

    private void add(Measurement said) {
        results.add(said);
        System.err.println("  " + said.figure() + ": "
                + (said.isWord() ? said.unit() : Report.number(said.value()) + " " + said.unit()));
    }

    private static void endAfterLimit(Process process) {
        try {
            if (!process.waitFor(LONGEST_TRIAL_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("  took longer than " + LONGEST_TRIAL_SECONDS + " s");
                kill(process);
            }
        } catch (InterruptedException e) {
            return; // it has ended
        }
    }

    private static void end(Process process) throws InterruptedException {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            kill(process);
        }
    }

    private static void kill(Process process) {
        List<ProcessHandle> all = process.descendants().collect(Collectors.toList());
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import os, concurrent.futures; os.fork")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
