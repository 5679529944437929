package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShutdownBudgetTests {

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // runs over on the way
    private final ShutdownBudget budget = new ShutdownBudget(Duration.ofSeconds(30), clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void tasksHaveThePhaseLessTheTimeThatKillingTakes() {
        budget.begin();

        assertThat(budget.left(GRACE)).isEqualTo(Duration.ofSeconds(28));
        assertThat(budget.left(Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(19));
    }

    @Test
    void whatTheWebServerHasTakenIsNotThereAgain() {
        budget.begin();
        pass(Duration.ofSeconds(20));

        assertThat(budget.left(GRACE)).isEqualTo(Duration.ofSeconds(8));

        pass(Duration.ofSeconds(20));
        assertThat(budget.left(GRACE)).isZero();
    }

    @Test
    void contextThatIsStoppedOnlyHasItAll() {
        pass(Duration.ofHours(1));

        assertThat(budget.left(GRACE)).isEqualTo(Duration.ofSeconds(28));
    }

    @Test
    void graceThatIsLongerThanThePhaseLeavesNothing() {
        assertThat(budget.left(Duration.ofSeconds(60))).isZero();
    }
}
