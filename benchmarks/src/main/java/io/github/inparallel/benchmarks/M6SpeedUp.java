package io.github.inparallel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/** How much faster two workers are than the same code in the caller. */
final class M6SpeedUp implements Measure {

    private static final String FIGURE = "speed-up";
    private static final String OURS = "inparallel, Spring";
    private static final String LIMIT = "in the JVM: ThreadPoolExecutor";
    private static final int WORKERS = 2;
    private static final int PIECES = 20;
    private static final int MILLION_STEPS = 15;

    @Override
    public String id() {
        return "M6";
    }

    @Override
    public String title() {
        return "speed-up of " + PIECES + " pieces of processor-bound work with two workers over the same code in the"
                + " caller";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        List<Trial> trials = new ArrayList<>();
        trials.add(Trial.java(setting, LIMIT, M6SpeedUp.class, "threads"));
        trials.add(Trial.java(setting, OURS, M6SpeedUp.class, "spring"));
        trials.add(Trial.java(setting, "inparallel, core", M6SpeedUp.class, "core"));
        if (setting.effort().peers()) {
            trials.add(Trial.java(setting, "PP4J", M6SpeedUp.class, "pp4j"));
            trials.add(Trial.java(setting, "Hazelcast", M6SpeedUp.class, "hazelcast"));
        }
        return trials;
    }

    @Override
    public List<Goal> goals(Results results) {
        return List.of(Goal.atLeast("M6", "speed-up with two workers", results.median("M6", OURS, FIGURE), 1.9));
    }

    /** @param args contender */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        try (Contender contender = Contender.start(args[0], WORKERS)) {
            inCaller(); // warm-up
            inWorkers(contender);
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ratios.add((double) inCaller() / inWorkers(contender));
            }
            ratios.sort(null);
            Measurement.say(FIGURE, "×", Results.median(ratios));
        }
        System.exit(0);
    }

    private static long inCaller() {
        long start = System.nanoTime();
        for (int i = 0; i < PIECES; i++) {
            check(Work.steps(MILLION_STEPS));
        }
        return System.nanoTime() - start;
    }

    private static long inWorkers(Contender contender) throws Exception {
        long start = System.nanoTime();
        List<Future<Long>> pieces = new ArrayList<>();
        for (int i = 0; i < PIECES; i++) {
            pieces.add(contender.work(MILLION_STEPS));
        }
        for (Future<Long> piece : pieces) {
            check(piece.get());
        }
        return System.nanoTime() - start;
    }

    /** The result must be used: work that nobody looks at need not be done. */
    private static void check(long result) {
        if (result == 0) {
            throw new IllegalStateException("the generator never yields zero");
        }
    }
}
