package io.github.inparallel.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is noted is counted once. */
class JournalTests {

    private final Journal journal = new Journal();
    private final List<Long> counted = new ArrayList<>();

    private boolean add(long end, boolean anywhere) {
        return journal.add("Ocr.read", 0, new Lane(1, 0), 1, end, anywhere);
    }

    private void count(String method, int outcome, @Nullable Lane lane, long nanos, long end) {
        counted.add(end);
    }

    @Test
    void pageOfAThreadIsFullBeforeTheOthersAre() {
        for (int i = 0; i < Journal.LINES; i++) {
            assertThat(add(i, false)).isTrue();
        }
        assertThat(add(99, false)).isFalse();

        for (int i = 0; i < Journal.LINES * (Journal.PAGES - 1); i++) {
            assertThat(add(i, true)).isTrue();
        }
        assertThat(add(99, true)).isFalse();
    }

    @Test
    void whatIsTakenMakesRoom() {
        for (int i = 0; i < Journal.LINES; i++) {
            add(i, false);
        }
        journal.takeAll(this::count);

        assertThat(counted).hasSize(Journal.LINES);
        assertThat(add(99, false)).isTrue();
        journal.takeAll(this::count);
        assertThat(counted).hasSize(Journal.LINES + 1).endsWith(99L);
    }

    @Test
    void onlyWhatEndedBeforeTheTimeIsTaken() {
        add(10, false);
        add(30, false);
        add(20, false);
        add(19, false);
        journal.takeUntil(20, this::count);
        assertThat(counted).containsExactly(10L, 19L);

        journal.takeUntil(31, this::count);
        assertThat(counted).containsExactly(10L, 19L, 30L, 20L);
        journal.takeAll(this::count);
        assertThat(counted).hasSize(4);
    }

    @Test
    void whatFailsToBeCountedIsNotCountedAgain() {
        add(1, false);
        try {
            journal.takeAll((method, outcome, lane, nanos, end) -> {
                throw new IllegalStateException("thrown by a test");
            });
        } catch (IllegalStateException e) {
            journal.takeAll(this::count);
        }
        assertThat(counted).isEmpty();
        assertThat(add(2, false)).isTrue();
    }

    @Test
    void manyThreadsLoseNothing() throws InterruptedException {
        int threads = 8;
        int each = 20_000;
        AtomicLong sum = new AtomicLong();
        AtomicLong count = new AtomicLong();
        Journal.Counter counter = (method, outcome, lane, nanos, end) -> {
            count.incrementAndGet();
            sum.addAndGet(end);
        };
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread writer = new Thread(() -> {
                for (long n = 1; n <= each; n++) {
                    while (!add(n, n % 2 == 0)) {
                        journal.takeAll(counter);
                    }
                }
            });
            writers.add(writer);
            writer.start();
        }
        for (Thread writer : writers) {
            writer.join();
        }
        journal.takeAll(counter);

        assertThat(count.get()).isEqualTo((long) threads * each);
        assertThat(sum.get()).isEqualTo((long) threads * each * (each + 1) / 2);
    }
}
