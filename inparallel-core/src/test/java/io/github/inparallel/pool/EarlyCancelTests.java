package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.worker.PlainBootstrap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bursts of tasks of microseconds, cancelled or shut down in the middle: what is said of each is so. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EarlyCancelTests {

    private static final Set<Integer> RUN = ConcurrentHashMap.newKeySet();

    @InParallel
    public interface Work {
        TaskFuture<Integer> quick(int number);
    }

    public static final class Body implements Work {
        @Override
        public TaskFuture<Integer> quick(int number) {
            RUN.add(number);
            return TaskFuture.completed(number);
        }
    }

    private static WorkerPool pool() {
        return WorkerPool.create(
                PoolOptions.builder()
                        .name("burst")
                        .maxWorkers(2)
                        .shutdownTimeout(Duration.ofSeconds(20))
                        .build(),
                new InProcessLauncher(PlainBootstrap::new));
    }

    @Test
    void cancelledTaskThatNoWorkerHadNeverRuns() {
        RUN.clear();
        Random random = new Random(15);
        List<TaskFuture<Integer>> all = new ArrayList<>();
        List<Integer> untouched = new ArrayList<>();
        try (WorkerPool pool = pool()) {
            Work work = pool.proxy(Work.class, Body.class);
            int first = 0; // that has not ended, as far as is known
            for (int i = 0; i < 3_000; i++) {
                all.add(work.quick(i));
                while (first < i && all.get(first).isDone()) {
                    first++;
                }
                int victim = Math.min(i, first + random.nextInt(20));
                if (random.nextInt(3) == 0 && !all.get(victim).isDone()) {
                    TaskFuture<Integer> each = all.get(victim);
                    if (each.cancel(random.nextBoolean()) && each.workerPid().isEmpty()) {
                        untouched.add(victim);
                    }
                }
            }
        }

        assertThat(untouched).isNotEmpty();
        assertThat(all).allMatch(TaskFuture::isDone);
        assertThat(untouched).noneMatch(RUN::contains);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).isCancelled() || RUN.contains(i)).isTrue();
        }
    }

    @Test
    void everyTaskOfABurstEndsWhenItsPoolIsShutDownNow() {
        Random random = new Random(15);
        for (int round = 0; round < 20; round++) {
            List<TaskFuture<Integer>> tasks = new ArrayList<>();
            try (WorkerPool pool = pool()) {
                Work work = pool.proxy(Work.class, Body.class);
                for (int i = 0; i < 20; i++) {
                    work.quick(i).join(); // so that the pool knows how short they are
                }
                int until = 50 + random.nextInt(400);
                for (int i = 0; i < 500; i++) {
                    tasks.add(work.quick(i));
                    if (i == until) {
                        pool.shutdownNow();
                    }
                }
            }
            assertThat(tasks).as("round %d", round).allMatch(TaskFuture::isDone);
        }
    }
}
