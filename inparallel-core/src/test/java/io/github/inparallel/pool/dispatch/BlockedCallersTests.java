package io.github.inparallel.pool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Test;

/** Callers look for room one after the other. */
class BlockedCallersTests {

    private final List<String> woken = new ArrayList<>();
    private int places;
    private final BlockedCallers callers = new BlockedCallers(() -> new Place(++places));

    @Test
    void itIsTheTurnOfWhoHasJustComeIfNobodyWaits() {
        assertThat(callers.isTurn(null)).isTrue();

        Condition place = callers.join();

        assertThat(callers.isTurn(null)).isFalse();
        assertThat(callers.isTurn(place)).isTrue();
    }

    @Test
    void itIsTheTurnOfTheFirstAlone() {
        Condition first = callers.join();
        Condition second = callers.join();

        assertThat(callers.isTurn(first)).isTrue();
        assertThat(callers.isTurn(second)).isFalse();
    }

    @Test
    void roomWakesTheFirstAlone() {
        callers.roomForOne();
        assertThat(woken).isEmpty();
        callers.join();
        callers.join();

        callers.roomForOne();

        assertThat(woken).containsExactly("1");
    }

    @Test
    void whoLeavesWakesTheNextOne() {
        Condition first = callers.join();
        Condition second = callers.join();

        callers.leave(first);

        assertThat(woken).containsExactly("2");
        assertThat(callers.isTurn(second)).isTrue();
        callers.leave(second);
        assertThat(callers.isTurn(null)).isTrue();
    }

    @Test
    void whoLeavesFromTheMiddleHasTheFirstLookAgain() {
        Condition first = callers.join();
        Condition second = callers.join();
        Condition third = callers.join();

        callers.leave(second);

        assertThat(woken).containsExactly("1");
        callers.leave(first);
        assertThat(callers.isTurn(third)).isTrue();
    }

    @Test
    void theEndWakesAll() {
        callers.join();
        callers.join();

        callers.dissolve();

        assertThat(woken).containsExactly("1", "2");
    }

    /** Says that it was signalled. */
    private final class Place implements Condition {
        private final int number;

        Place(int number) {
            this.number = number;
        }

        @Override
        public void signalAll() {
            woken.add(String.valueOf(number));
        }

        @Override
        public void await() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void awaitUninterruptibly() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long awaitNanos(long nanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean await(long time, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean awaitUntil(Date deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void signal() {
            throw new UnsupportedOperationException();
        }
    }
}
