package io.github.inparallel.pool.supervision;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How supervision bears its own failures.
 *
 * @param patience how long steps may fail, turn after turn, before the pool is down
 * @param beforeStep hears of each step before it is taken; a test that throws there makes it fail
 */
public record Resilience(Duration patience, Consumer<String> beforeStep) {

    public static final Resilience DEFAULT = new Resilience(Duration.ofSeconds(10), step -> {});
}
