package io.github.inparallel.pool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.pool.runtime.NamedThreads;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallbackThreadsTests {

    private final CallbackThreads callbacks = new CallbackThreads(new NamedThreads("test", "callback"), 50_000);
    private final CountDownLatch blocked = new CountDownLatch(1);

    @AfterEach
    void close() {
        blocked.countDown();
        callbacks.close();
    }

    private void block() {
        try {
            blocked.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void allRunAndFewThreadsDoIt() {
        AtomicInteger run = new AtomicInteger();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        callbacks.execute(this::block); // so the thread has no rest between them
        for (int i = 0; i < 10_000; i++) {
            callbacks.execute(() -> {
                threads.add(Thread.currentThread());
                run.incrementAndGet();
            });
        }

        blocked.countDown();
        await().until(() -> run.get() == 10_000);
        assertThat(threads).hasSize(1); // nobody checked, and none blocked
    }

    @Test
    void oneThatBlocksHoldsUpNoOther() throws Exception {
        CountDownLatch others = new CountDownLatch(3);

        callbacks.execute(this::block);
        callbacks.execute(this::block);
        for (int i = 0; i < 3; i++) {
            callbacks.execute(others::countDown);
        }

        long now = System.nanoTime();
        while (others.getCount() > 0) {
            now = Math.max(now, System.nanoTime());
            callbacks.check(now);
            now += TimeUnit.MILLISECONDS.toNanos(1);
            Thread.yield();
        }
    }

    @Test
    void oneThatThrowsHarmsNoOther() {
        CountDownLatch other = new CountDownLatch(1);

        callbacks.execute(() -> {
            throw new IllegalStateException("thrown by a test");
        });
        callbacks.execute(other::countDown);

        await().dontCatchUncaughtExceptions().until(() -> other.getCount() == 0);
    }

    @Test
    void afterTheEndEachHasAThread() {
        callbacks.close();
        CountDownLatch other = new CountDownLatch(1);

        callbacks.execute(this::block);
        callbacks.execute(other::countDown);

        await().until(() -> other.getCount() == 0);
    }
}
