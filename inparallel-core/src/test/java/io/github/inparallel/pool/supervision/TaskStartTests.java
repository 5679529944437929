package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskStartTests {

    private static final long SECOND = 1_000_000_000L;

    private final TaskStart beginning = new TaskStart(100 * SECOND);

    @Test
    void taskRunsSinceItWasGivenUnlessTheWorkerSaysMore() {
        assertThat(beginning.at()).isEqualTo(100 * SECOND);
    }

    @Test
    void taskThatBeganLaterRunsSinceThen() {
        assertThat(beginning.told(2 * SECOND, 110 * SECOND)).isTrue();
        assertThat(beginning.at()).isEqualTo(108 * SECOND);
    }

    @Test
    void taskDoesNotBeginBeforeItWasGiven() {
        assertThat(beginning.told(Long.MAX_VALUE, 110 * SECOND)).isTrue();
        assertThat(beginning.at()).isEqualTo(100 * SECOND);
    }

    @Test
    void workerThatSaysForEverThatItHasNotBegunIsBelievedForSomeTimeOnly() {
        assertThat(beginning.told(-1, 110 * SECOND)).isTrue();
        assertThat(beginning.at()).isEqualTo(110 * SECOND);
        assertThat(beginning.told(-1, 129 * SECOND)).isTrue();
        assertThat(beginning.told(-1, 130 * SECOND)).isFalse();
    }

    @Test
    void taskThatHasBegunDoesNotBeginAgain() {
        assertThat(beginning.told(SECOND, 102 * SECOND)).isTrue();
        assertThat(beginning.told(0, 110 * SECOND)).isTrue();
        assertThat(beginning.at()).isEqualTo(101 * SECOND);
        assertThat(beginning.told(-1, 111 * SECOND)).isFalse();
    }
}
