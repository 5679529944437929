package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.Confinement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The machine that watches whose thread calls what does see it. */
class ConfinementTests {

    @Test
    void callOfAnotherThreadIsABreach() {
        StartBreaker breaker = new StartBreaker(3, 1_000);
        breaker.answered();
        CompletableFuture.runAsync(breaker::answered).join();
        CompletableFuture.runAsync(breaker::isDown).join();

        assertThat(Confinement.takeBreaches()).singleElement().asString().contains("StartBreaker.answered");
    }

    @Test
    void methodThatIsConfinedAloneIsWatchedToo() {
        Worker worker = TestWorkers.launched();
        worker.condemn();
        CompletableFuture.runAsync(worker::condemn).join();
        CompletableFuture.runAsync(worker::pid).join();

        assertThat(Confinement.takeBreaches()).singleElement().asString().contains("Worker.condemn");
    }
}
