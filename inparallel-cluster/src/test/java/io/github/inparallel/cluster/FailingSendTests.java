package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A transport that fails, though it is not to: nobody knows whether the message has gone, and no task runs twice. Many
 * more such cases are in {@link ClusterSimulation}.
 */
class FailingSendTests {

    private static final TaskKey KEY = new TaskKey(0, 1);
    private static final int LONG = 1 << 20;

    private final TestCluster cluster = new TestCluster();
    private final TestPool pool = new TestPool(0);
    private final Failing transport = new Failing(cluster.network.port("a"));
    private final ClusterNode node = new ClusterNode(
            transport,
            TestCluster.IDENTITY,
            Map.of("work", new SharedPool(pool, pool, TestCluster.MAX_PAYLOAD, Duration.ofSeconds(1))),
            (poolName, direction, outcome) -> {},
            new Timing() {
                @Override
                public long nanoTime() {
                    return cluster.time.nanoTime();
                }

                @Override
                public void after(long nanos, Runnable action) {
                    if (noMemoryForTimers) {
                        throw new OutOfMemoryError("injected, for a timer");
                    }
                    cluster.time.after(nanos, action);
                }

                @Override
                public void close() {}
            });
    private boolean noMemoryForTimers;

    /** Fails once, at a message of one kind: after it is sent, or before. */
    private static final class Failing implements Transport {
        private final Transport network;
        private @Nullable Class<?> kind;
        private boolean sends;

        Failing(Transport network) {
            this.network = network;
        }

        void failAt(Class<? extends Message> message, boolean afterwards) {
            kind = message;
            sends = afterwards;
        }

        @Override
        public void start(Events events) {
            network.start(events);
        }

        @Override
        public Peer self() {
            return network.self();
        }

        @Override
        public void send(Peer to, byte[] message) {
            boolean fails;
            try {
                fails = kind != null && kind.isInstance(MessageCodec.decode(message));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            if (!fails || sends) {
                network.send(to, message);
            }
            if (fails) {
                kind = null;
                throw new OutOfMemoryError("injected");
            }
        }

        @Override
        public void stop() {
            network.stop();
        }
    }

    private void start() {
        node.start();
        cluster.time.runFor(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shortCallThatMayHaveGoneIsLostAndCancelled(boolean gone) {
        start();
        TestCluster.Node b = cluster.node("b", 1);
        TestTask task = new TestTask(1);
        transport.failAt(Message.Call.class, gone);

        pool.member().run(task);
        cluster.breathe();

        assertThat(task.events)
                .containsExactly("lost: it may have got the call, whose sending failed: "
                        + "java.lang.OutOfMemoryError: injected");
        assertThat(b.pool.received).hasSize(gone ? 1 : 0);
        b.pool.received.forEach(received -> assertThat(received.cancels).hasSize(1));
        assertThat(node.leftovers()).isEmpty();
    }

    /** Nobody asks a member that is gone again. */
    @Test
    void callsOfAMemberThatIsGoneEndThoughThereIsNoMemoryToCountItsSlots() {
        start();
        TestCluster.Node b = cluster.node("b", 1);
        cluster.breathe();
        TestTask task = new TestTask(1);
        pool.member().run(task);
        cluster.breathe();
        pool.whenGone = () -> {
            throw new OutOfMemoryError("injected");
        };
        noMemoryForTimers = true;

        b.port.stop();
        try {
            cluster.time.runFor(20_000);
        } catch (OutOfMemoryError e) {
            // on a thread of the transport
        }
        noMemoryForTimers = false;
        pool.whenGone = () -> {};
        cluster.breathe();

        assertThat(task.events).singleElement().asString().startsWith("lost: ");
    }

    /** Else the pool would go on to count a member that is no more. */
    @Test
    void memberThatIsGoneIsForgottenOnceThereIsMemoryForThat() {
        start();
        TestCluster.Node b = cluster.node("b", 1);
        cluster.breathe();
        pool.whenGone = () -> {
            pool.whenGone = () -> {};
            throw new OutOfMemoryError("injected");
        };

        b.port.stop();
        cluster.time.runFor(20_000);
        pool.setFree(1);
        cluster.breathe();

        assertThat(pool.members).isEmpty();
    }

    /** Else the pool would take it for one that was not sent, and run it elsewhere. */
    @Test
    void shortCallThatMayHaveGoneIsLostThoughThereIsNoMemoryForTheRest() {
        start();
        TestCluster.Node b = cluster.node("b", 1);
        cluster.breathe();
        TestTask task = new TestTask(1);
        transport.failAt(Message.Call.class, true);
        noMemoryForTimers = true;

        assertThatThrownBy(() -> pool.member().run(task)).hasMessage("injected, for a timer");
        cluster.breathe();

        assertThat(task.events).singleElement().asString().startsWith("lost: it may have got the call");
        assertThat(b.pool.received).hasSize(1);
        assertThat(b.pool.received.get(0).cancels).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void offerThatMayNotHaveGoneGoesOnceMore(boolean gone) {
        start();
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1, LONG, 0);
        transport.failAt(Message.CallOffer.class, gone);

        pool.member().run(task);
        cluster.breathe();
        b.say(new Message.CallAck(KEY, 0));

        assertThat(b.heard(Message.CallOffer.class)).hasSize(gone ? 2 : 1);
        assertThat(b.heard(Message.CallChunk.class)).as("its first parts").isNotEmpty();
        assertThat(task.events).isEmpty();
    }

    @Test
    void endThatIsTooLargeToBeKeptUntilItCanBeToldIsToldInShort() {
        TestCluster.Stranger b = runsATaskWhoseEndFails(100_000, Message.Ended.class);

        assertThat(b.heard(Message.Ended.class))
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isInstanceOf(EncodedOutcome.Failed.class));
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void smallEndIsToldOnceMore() {
        TestCluster.Stranger b = runsATaskWhoseEndFails(10, Message.Ended.class);

        assertThat(b.heard(Message.Ended.class))
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isInstanceOf(EncodedOutcome.Succeeded.class));
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void longEndIsOfferedOnceMore() {
        TestCluster.Stranger b = runsATaskWhoseEndFails(LONG, Message.EndOffer.class);

        assertThat(b.heard(Message.EndOffer.class)).hasSize(1);
        assertThat(b.heard(Message.Ended.class)).isEmpty();
    }

    /** Returns who has had a task run, of whose end the first message has failed. */
    private TestCluster.Stranger runsATaskWhoseEndFails(int bytes, Class<? extends Message> message) {
        pool.setFree(1);
        start();
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Call(KEY, new TestTask(1).call().orElseThrow()));
        transport.failAt(message, false);

        pool.setFree(1);
        pool.received.get(0).listener.ended(new EncodedOutcome.Succeeded(new byte[bytes], null));
        cluster.breathe();

        assertThat(b.free()).isEqualTo(new FreeSlots(1, 0));
        return b;
    }

    @Test
    void callThatCannotBeWrittenGoesElsewhere() {
        start();
        cluster.node("b", 1);
        TestTask task = new TestTask(1) {
            @Override
            public Optional<EncodedCall> call() {
                throw new OutOfMemoryError("injected");
            }
        };

        assertThatThrownBy(() -> pool.member().run(task)).hasMessage("injected");

        assertThat(task.events).isEmpty();
        assertThat(node.leftovers()).isEmpty();
    }
}
