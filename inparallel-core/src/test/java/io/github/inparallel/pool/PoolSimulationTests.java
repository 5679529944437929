package io.github.inparallel.pool;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * A pool in many interleavings: see {@link PoolSimulation}. {@code -Dinparallel.test.seed=17} runs that seed alone, and
 * {@code -Dinparallel.test.seeds=100000} so many.
 */
class PoolSimulationTests {

    private static final int LONGEST_STORY = 300; // lines

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.inparallel");

    @BeforeEach
    void beQuiet() {
        logger.setLevel(Long.getLong("inparallel.test.seed") == null ? Level.OFF : Level.DEBUG);
    }

    @AfterEach
    void speakAgain() {
        logger.setLevel(null);
    }

    @Test
    void everyTaskEndsOnceAndNothingIsLeft() {
        Long alone = Long.getLong("inparallel.test.seed");
        long first = alone == null ? Long.getLong("inparallel.test.firstSeed", 0) : alone;
        long count = alone == null ? Long.getLong("inparallel.test.seeds", many()) : 1;
        for (long seed = first; seed < first + count; seed++) {
            try {
                new PoolSimulation(seed, null).run();
            } catch (Throwable e) {
                throw new AssertionError(
                        "Seed " + seed + " (alone: -Dinparallel.test.seed=" + seed + "): " + e.getMessage()
                                + System.lineSeparator() + story(seed),
                        e);
            }
        }
    }

    private static int many() {
        return Boolean.getBoolean("inparallel.test.full") ? 100_000 : 1_000;
    }

    /** The same once more, with the last of what happened until it failed. */
    private static String story(long seed) {
        List<String> trace = new ArrayList<>();
        String end = "This time it does not fail: something in it does not depend on the seed alone";
        try {
            new PoolSimulation(seed, trace).run();
        } catch (Throwable e) {
            end = "and then: " + e.getMessage();
        }
        trace.add(end);
        return String.join(
                System.lineSeparator(), trace.subList(Math.max(0, trace.size() - LONGEST_STORY), trace.size()));
    }
}
