package io.github.inparallel.pool.dispatch;

import java.util.List;
import java.util.function.IntFunction;

/** A run in which a seed decides what is done next. */
interface SeededRun {

    void step() throws Exception;

    /** Says what is wrong after a step, by an exception. */
    void look();

    void finish() throws Exception;

    /** What was done, for whoever reads of a failure. */
    List<String> done();

    /** Makes a run of so many steps for each seed; the seed of what fails is printed with what was done. */
    static void each(int seeds, int steps, IntFunction<SeededRun> make) {
        for (int seed = 0; seed < seeds; seed++) {
            SeededRun run = make.apply(seed);
            try {
                for (int i = 0; i < steps; i++) {
                    run.step();
                    run.look();
                }
                run.finish();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage() + " " + run.done(), e);
            }
        }
    }
}
