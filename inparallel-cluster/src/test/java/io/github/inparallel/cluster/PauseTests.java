package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is to be done soon is done, whatever is thrown. */
class PauseTests {

    private final Queue<Runnable> later = new ArrayDeque<>();
    private final AtomicInteger done = new AtomicInteger();
    private boolean full;

    private final Timing timing = new Timing() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void after(long nanos, Runnable action) {
            if (full) {
                throw new OutOfMemoryError("injected");
            }
            later.add(action);
        }

        @Override
        public void close() {}
    };

    @Test
    void actionThatFailsIsTriedAgain() {
        Pause pause = new Pause(timing, 1, false, "told", () -> {
            if (done.incrementAndGet() == 1) {
                throw new StackOverflowError("injected");
            }
        });
        pause.ask();
        later.remove().run();
        later.remove().run();

        assertThat(done).hasValue(2);
        assertThat(later).isEmpty();
    }

    @Test
    void timerThatTakesNothingForAMomentIsAskedAgain() {
        Pause pause = new Pause(timing, 1, false, "told", done::incrementAndGet);
        full = true;
        assertThatThrownBy(pause::ask).isInstanceOf(OutOfMemoryError.class);
        full = false;
        pause.ask();
        later.remove().run();

        assertThat(done).hasValue(1);
    }

    /** Nothing else may ever change: a member could stay without the end of its call. */
    @Test
    void actionThatFailsIsTriedAgainThoughTheTimerTakesNothingForAMoment() {
        Pause pause = new Pause(timing, 1, false, "told", () -> {
            full = done.incrementAndGet() == 1;
            if (full) {
                throw new OutOfMemoryError("injected");
            }
        });
        pause.ask();
        later.remove().run();

        assertThat(done).hasValue(2);
        assertThat(later).isEmpty();
    }
}
