package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.LentSlots;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A task ends on one thread, and on another one comes the word that nobody wants it. */
@SuppressWarnings("NullAway.Init") // there are events from the start on
class CancelledEndTests implements Transport {

    private static final int ROUNDS = 5_000;
    private static final int CANCELLERS = 4;

    private final AtomicInteger answers = new AtomicInteger();
    private final TestPool pool = new TestPool(1);
    private final Peer peer = new Peer("b", "b");
    private Transport.Events events;

    @Override
    public void start(Events listener) {
        events = listener;
    }

    @Override
    public Peer self() {
        return new Peer("a", "a");
    }

    @Override
    public void send(Peer to, byte[] message) {
        try {
            Message decoded = MessageCodec.decode(message);
            if (decoded instanceof Message.Ended || decoded instanceof Message.EndOffer) {
                answers.incrementAndGet();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void stop() {}

    private void hear(Message message) {
        events.received(peer, ByteBuffer.wrap(MessageCodec.encode(message)));
    }

    @Test
    void callerHearsOfTheLongOutcomeThatItCancels() throws Exception {
        ClusterNode node = new ClusterNode(
                this,
                TestCluster.IDENTITY,
                Map.of("work", new SharedPool(pool, pool, TestCluster.MAX_PAYLOAD, TestCluster.GRACE)),
                ClusterObserver.NONE,
                new StoppedTime());
        node.start();
        events.joined(peer);
        hear(Contract.greeting(TestCluster.IDENTITY));
        AtomicInteger over = new AtomicInteger();
        EncodedCall call = new TestTask(1).call().orElseThrow();
        EncodedOutcome outcome = new EncodedOutcome.Succeeded(new byte[LONGEST_MESSAGE], null);
        ExecutorService cancellers = Executors.newFixedThreadPool(CANCELLERS);
        try {
            for (int i = 1; i <= ROUNDS; i++) {
                int round = i;
                TaskKey key = new TaskKey(0, i);
                pool.setFree(1);
                hear(new Message.Call(key, call));
                LentSlots.Listener listener = pool.received.get(i - 1).listener;
                Callable<?> cancel = () -> {
                    while (node.stats().members().get(0).transfers() == 0 && over.get() < round) {
                        Thread.onSpinWait();
                    }
                    hear(new Message.Cancel(key));
                    return null;
                };
                List<Future<?>> cancelled = new ArrayList<>();
                for (int j = 0; j < CANCELLERS; j++) {
                    cancelled.add(cancellers.submit(cancel));
                }
                listener.ended(outcome);
                over.set(round);
                for (Future<?> each : cancelled) {
                    each.get();
                }
                assertThat(answers).hasValue(i);
                assertThat(node.leftovers()).isEmpty();
            }
        } finally {
            cancellers.shutdownNow();
        }
    }

    /** Nothing is done later. */
    private static final class StoppedTime implements Timing {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void after(long nanos, Runnable action) {}

        @Override
        public void close() {}
    }
}
