package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits is told once, or leaves, never both. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingThreadsTests {

    private static final long FOREVER = Long.MAX_VALUE;

    private final WaitingThreads waiting = new WaitingThreads();
    private final AtomicBoolean done = new AtomicBoolean();
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    private boolean release() {
        done.set(true);
        return waiting.release();
    }

    private Thread waiter(String name, long nanos) {
        Thread thread = new Thread(() -> {
            try {
                waiting.await(done::get, 0, enough -> {}, nanos);
                heard.add(name + (Thread.interrupted() ? " returned, interrupted" : " returned"));
            } catch (InterruptedException e) {
                heard.add(name + " was interrupted");
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.yield();
        }
    }

    @Test
    void releaseTellsNobodyWhereNobodyWaits() {
        assertThat(release()).isFalse();
        assertThat(release()).isFalse();
    }

    @Test
    void whoComesAfterTheReleaseDoesNotWait() throws InterruptedException {
        release();

        waiting.await(() -> false, 0, enough -> heard.add("spun"), FOREVER);

        assertThat(heard).isEmpty();
    }

    @Test
    void releaseWakesAllAndOnlyOnce() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(waiter("thread " + i, FOREVER));
            awaitParked(threads.get(i));
        }

        assertThat(release()).isTrue();
        assertThat(release()).isFalse();

        for (Thread each : threads) {
            each.join();
        }
        assertThat(heard).containsExactlyInAnyOrder("thread 0 returned", "thread 1 returned", "thread 2 returned");
    }

    @Test
    void threadThatIsWokenForNothingWaitsOn() throws InterruptedException {
        Thread thread = waiter("thread", FOREVER);
        awaitParked(thread);
        LockSupport.unpark(thread);
        awaitParked(thread);
        assertThat(heard).isEmpty();

        assertThat(release()).isTrue();
        thread.join();
    }

    @Test
    void whoHasWaitedForSoLongIsNotTold() throws InterruptedException {
        waiting.await(done::get, 0, enough -> {}, 1);
        waiting.await(done::get, 0, enough -> {}, 0);

        assertThat(release()).isFalse();
    }

    @Test
    void othersAreToldAlthoughSomeHaveLeft() throws InterruptedException {
        waiting.await(done::get, 0, enough -> {}, 1);
        Thread thread = waiter("thread", FOREVER);
        awaitParked(thread);
        waiting.await(done::get, 0, enough -> {}, 1);

        assertThat(release()).isTrue();

        thread.join();
        assertThat(heard).containsExactly("thread returned");
    }

    @Test
    void threadThatIsInterruptedLeaves() throws InterruptedException {
        Thread thread = waiter("thread", FOREVER);
        awaitParked(thread);

        thread.interrupt();
        thread.join();

        assertThat(heard).containsExactly("thread was interrupted");
        assertThat(release()).isFalse();
    }

    @Test
    void threadThatIsToldFirstKeepsItsInterrupt() throws InterruptedException {
        Thread thread = new Thread(() -> {
            try {
                waiting.await(
                        () -> {
                            release();
                            Thread.currentThread().interrupt();
                            return false; // so that it parks
                        },
                        0,
                        enough -> {},
                        FOREVER);
                heard.add(Thread.interrupted() ? "interrupted" : "not interrupted");
            } catch (InterruptedException e) {
                heard.add("left");
            }
        });
        thread.start();
        thread.join();

        assertThat(heard).containsExactly("interrupted");
    }

    @Test
    void whatIsDoneIsNotWaitedFor() throws InterruptedException {
        waiting.await(() -> true, 0, enough -> heard.add("spun"), FOREVER);

        assertThat(heard).isEmpty();
    }

    @Test
    void spinningThatIsEnoughIsTold() throws InterruptedException {
        int[] looks = new int[1];

        waiting.await(() -> ++looks[0] > 3, FOREVER, enough -> heard.add("enough: " + enough), FOREVER);

        assertThat(heard).containsExactly("enough: true");
        assertThat(looks[0]).isEqualTo(4);
        assertThat(release()).isTrue(); // it was told, so the rest is its work
    }

    @Test
    void spinningThatIsNotEnoughIsToldBeforeTheThreadBlocks() throws InterruptedException {
        waiting.await(done::get, 1, enough -> heard.add("enough: " + enough), 1);

        assertThat(heard).containsExactly("enough: false");
        assertThat(release()).isFalse();
    }
}
