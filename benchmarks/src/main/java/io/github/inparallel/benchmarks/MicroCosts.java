package io.github.inparallel.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What the parts of a call cost, by JMH. */
final class MicroCosts implements Measure {

    @Override
    public String id() {
        return "MICRO";
    }

    @Override
    public String title() {
        return "parts of a call, by JMH: mean time of one";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        return List.of(Trial.java(
                setting, "inparallel", MicroCosts.class, setting.effort().quick() ? 1 : 3));
    }

    @Override
    public List<Goal> goals(Results results) {
        return List.of();
    }

    /** @param args iterations of one second, each for warm-up and for measurement */
    public static void main(String[] args) throws RunnerException {
        Program.endWithParent();
        int iterations = Integer.parseInt(args[0]);
        var options = new OptionsBuilder()
                .include(MicroCosts.class.getPackageName() + "\\..*Benchmark")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .warmupIterations(iterations)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.seconds(1))
                .forks(1)
                .verbosity(VerboseMode.SILENT)
                .build();
        for (RunResult result : new Runner(options).run()) {
            String name = result.getParams().getBenchmark();
            Measurement.say(
                    name.substring(MicroCosts.class.getPackageName().length() + 1)
                            .replace("Benchmark.", ": "),
                    "ns",
                    result.getPrimaryResult().getScore());
        }
        System.exit(0);
    }
}
