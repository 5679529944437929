package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NamedThreadsTests {

    @Test
    void threadsAreDaemonsThatAreNamedAndCounted() {
        NamedThreads threads = new NamedThreads("reports", "io");
        List<Thread> made =
                IntStream.range(0, 3).mapToObj(i -> threads.newThread(() -> {})).toList();

        assertThat(made)
                .extracting(Thread::getName)
                .containsExactly("inparallel-reports-io-1", "inparallel-reports-io-2", "inparallel-reports-io-3");
        assertThat(made).allMatch(Thread::isDaemon).allMatch(thread -> !thread.isAlive());
    }

    @Test
    void threadMayHaveANameOfItsOwn() {
        Thread thread = NamedThreads.newThread(() -> {}, "inparallel-a-supervisor");
        assertThat(thread.getName()).isEqualTo("inparallel-a-supervisor");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void executorHasAsManyThreadsAsWorkThatBlocks() throws Exception {
        ThreadPoolExecutor executor = new NamedThreads("reports", "io").executor();
        CountDownLatch together = new CountDownLatch(5);
        try {
            assertThat(executor.getPoolSize()).isZero();
            List<? extends Future<?>> work = IntStream.range(0, 5)
                    .mapToObj(i -> executor.submit(() -> {
                        together.countDown();
                        together.await(); // nobody comes on before all have begun
                        return Thread.currentThread().getName();
                    }))
                    .toList();
            for (Future<?> each : work) {
                assertThat(each.get()).asString().startsWith("inparallel-reports-io-");
            }
        } finally {
            executor.shutdown();
        }
    }
}
