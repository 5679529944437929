package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResultBudgetTests {

    private final ResultBudget budget = new ResultBudget(100);

    @Test
    void oneIsLetInHoweverLargeAndTheNextWaitsForIt() {
        budget.take(1000, () -> true);
        CompletableFuture<Void> next = CompletableFuture.runAsync(() -> budget.take(10, () -> true));
        assertThat(next).isNotDone();

        budget.giveBack(1000);

        next.join();
    }

    @Test
    void severalShareIt() {
        budget.take(60, () -> true);
        budget.take(40, () -> true);
        budget.giveBack(60);
        budget.take(50, () -> true);
    }

    @Test
    void whoIsNotWantedAnyMoreDoesNotWait() {
        AtomicBoolean wanted = new AtomicBoolean(true);
        budget.take(100, () -> true);
        CompletableFuture<Void> next = CompletableFuture.runAsync(() -> budget.take(10, wanted::get));

        wanted.set(false);

        await().until(next::isDone);
    }
}
