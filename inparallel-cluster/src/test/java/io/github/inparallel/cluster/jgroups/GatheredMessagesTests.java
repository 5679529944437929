package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatheredMessagesTests {

    private final List<String> sent = Collections.synchronizedList(new ArrayList<>()); // what went together, in order
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private volatile Consumer<String> before = what -> {}; // each sending
    private final GatheredMessages<String> gathered = new GatheredMessages<>((to, messages) -> {
        String what = to + "="
                + String.join(
                        "+",
                        messages.stream()
                                .map(each -> new String(each, StandardCharsets.UTF_8))
                                .toList());
        before.accept(what);
        sent.add(what);
    });

    private void add(String to, String message) {
        gathered.add(to, message.getBytes(StandardCharsets.UTF_8));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The thread sends one, and is not done with that before {@link #mayGoOn}. */
    private void beBusy() {
        CountDownLatch busy = new CountDownLatch(1);
        before = what -> {
            busy.countDown();
            awaitLatch(mayGoOn);
        };
        gathered.start();
        add("a", "first");
        awaitLatch(busy);
    }

    @AfterEach
    void stop() {
        mayGoOn.countDown();
        gathered.stop();
    }

    @Test
    void oneAloneWaitsForNoOther() {
        gathered.start();

        add("a", "1");

        await().untilAsserted(() -> assertThat(sent).containsExactly("a=1"));
        add("a", "2");
        await().untilAsserted(() -> assertThat(sent).containsExactly("a=1", "a=2"));
    }

    @Test
    void whatComesWhileTheThreadIsBusyGoesTogether() {
        beBusy();
        add("a", "1");
        add("b", "2");
        add("a", "3");
        add("b", "4");

        mayGoOn.countDown();

        await().untilAsserted(() -> assertThat(sent).containsExactly("a=first", "a=1+3", "b=2+4"));
    }

    @Test
    void notMuchMoreGoesTogetherThanIsWrittenAtOnce() {
        String half = "x".repeat(GatheredMessages.MOST_BYTES / 2);
        beBusy();
        add("a", half);
        add("a", half);
        add("a", "rest");

        mayGoOn.countDown();

        await().untilAsserted(() -> assertThat(sent).containsExactly("a=first", "a=" + half + "+" + half, "a=rest"));
    }

    @Test
    void whatCannotBeSentTogetherIsSentOneByOneAndNothingIsLostOrSentTwice() {
        beBusy();
        add("a", "1");
        add("b", "2");
        add("a", "3");
        AtomicInteger failures = new AtomicInteger();
        before = what -> {
            if (what.contains("+") || what.equals("a=3") && failures.incrementAndGet() < 3) {
                throw new OutOfMemoryError("planned");
            }
        };

        mayGoOn.countDown();

        await().untilAsserted(() -> assertThat(sent).containsExactly("a=first", "a=1", "b=2", "a=3"));
        add("a", "5");
        await().untilAsserted(() -> assertThat(sent).endsWith("a=5"));
    }

    /** A failure that cannot even be told. */
    private static final class NoMemory extends OutOfMemoryError {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new OutOfMemoryError("planned, while it is logged");
        }
    }

    @Test
    void threadOutlivesAFailureThatCannotBeLogged() {
        AtomicInteger times = new AtomicInteger();
        before = what -> {
            if (times.getAndIncrement() == 0) {
                throw new NoMemory();
            }
        };
        gathered.start();

        add("a", "1");

        await().untilAsserted(() -> assertThat(sent).containsExactly("a=1"));
    }

    @Test
    void whatWasAddedBeforeTheEndIsSent() {
        beBusy();
        add("a", "1");
        Thread stopping = new Thread(gathered::stop);
        stopping.start();

        mayGoOn.countDown();

        await().untilAsserted(() -> assertThat(sent).containsExactly("a=first", "a=1"));
        await().until(() -> !stopping.isAlive());
    }

    @Test
    void endOfOneThatNeverBeganDoesNotWait() {
        gathered.stop();

        assertThat(sent).isEmpty();
    }

    @Test
    void nothingIsLostHoweverManyAddAndWheneverTheThreadRests() throws Exception {
        gathered.start();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "t" + t;
            Random random = new Random(t);
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    add(random.nextBoolean() ? "a" : "b", name + "-" + i);
                    if (random.nextInt(20) == 0) {
                        Thread.yield();
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        await().untilAsserted(() -> assertThat(List.copyOf(sent).stream()
                        .flatMap(each -> List.of(each.substring(2).split("\\+")).stream())
                        .distinct()
                        .count())
                .isEqualTo(20_000));
        assertThat(List.copyOf(sent).stream()
                        .mapToInt(each -> each.split("\\+").length)
                        .sum())
                .isEqualTo(20_000);
    }
}
