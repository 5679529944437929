package io.github.inparallel.pool;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * A pool in many interleavings: see {@link PoolSimulation}. {@code -Dinparallel.test.seed=17} runs that seed alone, and
 * {@code -Dinparallel.test.seeds=100000} so many.
 */
class PoolSimulationTests {

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
        long first = alone == null ? 0 : alone;
        long count = alone == null ? Long.getLong("inparallel.test.seeds", many()) : 1;
        for (long seed = first; seed < first + count; seed++) {
            try {
                new PoolSimulation(seed).run();
            } catch (Throwable e) {
                throw new AssertionError(
                        "seed " + seed + " (-Dinparallel.test.seed=" + seed + "): " + e.getMessage(), e);
            }
        }
    }

    private static int many() {
        return Boolean.getBoolean("inparallel.test.full") ? 100_000 : 2_000;
    }
}
