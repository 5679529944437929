package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.cluster.Message.FreeWord;
import io.github.inparallel.cluster.Message.News;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that nobody can read: the tasks that they are about end, on both sides. */
class UnreadMessagesTests {

    private static final TaskKey KEY = new TaskKey(0, 1);
    private static final EncodedOutcome SUCCEEDED = new EncodedOutcome.Succeeded(new byte[] {1, 2}, null);
    private static final FreeWord NONE_FREE = new FreeWord(9, FreeSlots.NONE);

    private final TestCluster cluster = new TestCluster();
    private final TestCluster.Node a = cluster.node("a", 1);
    private final TestCluster.Stranger b = cluster.stranger("b");

    private static EncodedCall call() {
        return new TestTask(1).call().orElseThrow();
    }

    /** With a byte too many. */
    private static byte[] unreadable(Message message) {
        byte[] whole = MessageCodec.encode(message);
        return Arrays.copyOf(whole, whole.length + 1);
    }

    static Stream<Message> toRunner() {
        return Stream.of(
                new Message.Call(KEY, call()),
                new Message.CallOffer(KEY, 1 << 20),
                new Message.CallChunk(KEY, 0, ByteBuffer.allocate(3)),
                new Message.Cancel(KEY),
                new Message.EndAck(KEY, 1));
    }

    static Stream<Message> toCaller() {
        return Stream.of(
                new Message.CallAck(KEY, 0),
                new Message.Report(KEY, new News(1, "worker-1", 42, null)),
                new Message.Ended(KEY, NONE_FREE, News.NONE, SUCCEEDED),
                new Message.EndOffer(KEY, NONE_FREE, 1 << 20),
                new Message.EndChunk(KEY, 0, ByteBuffer.allocate(3)));
    }

    private void assertAnswered() {
        assertThat(b.heard(Message.Ended.class)).singleElement().satisfies(ended -> {
            assertThat(ended.key()).isEqualTo(KEY);
            assertThat(ended.outcome()).isInstanceOf(EncodedOutcome.Failed.class);
        });
        assertThat(a.node.leftovers()).containsExactly("1 malformed messages");
    }

    @ParameterizedTest
    @MethodSource("toRunner")
    void callOfWhichNothingElseIsKnownIsAnsweredAndNeverRuns(Message message) {
        b.say(unreadable(message));
        b.say(new Message.Call(KEY, call()));

        assertAnswered();
        assertThat(a.pool.received).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("toRunner")
    void callThatArrivesIsAnsweredAndItsSlotIsFree(Message message) {
        b.say(new Message.CallOffer(KEY, 1 << 20));

        b.say(unreadable(message));
        cluster.breathe();

        assertAnswered();
        assertThat(b.free()).isEqualTo(new FreeSlots(1, 0));
    }

    @ParameterizedTest
    @MethodSource("toRunner")
    void callThatRunsIsCancelledAndItsEndIsTold(Message message) {
        b.say(new Message.Call(KEY, call()));

        b.say(unreadable(message));
        assertThat(a.pool.received.get(0).cancels).containsExactly("what member b said of it could not be read");
        a.pool.received.get(0).listener.ended(new EncodedOutcome.Cancelled("cancelled"));
        cluster.breathe();

        assertThat(b.heard(Message.Ended.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.outcome()).isInstanceOf(EncodedOutcome.Cancelled.class));
        assertThat(a.node.leftovers()).containsExactly("1 malformed messages");
    }

    @ParameterizedTest
    @MethodSource("toRunner")
    void longEndThatCrossesIsGivenUpAndTheTaskIsAnswered(Message message) {
        b.say(new Message.Call(KEY, call()));
        a.pool.received.get(0).listener.ended(new EncodedOutcome.Succeeded(new byte[1 << 20], null));
        cluster.time.runFor(1);
        assertThat(b.heard(Message.EndOffer.class)).hasSize(1);

        b.say(unreadable(message));
        b.say(new Message.EndAck(KEY, 0));

        assertAnswered();
        assertThat(b.heard(Message.EndChunk.class)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("toCaller")
    void taskThatWasSentIsLostAndItsRunnerIsTold(Message message) {
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        cluster.time.runFor(1);

        b.say(unreadable(message));
        b.say(new Message.Ended(KEY, NONE_FREE, News.NONE, SUCCEEDED));

        assertThat(task.events).containsExactly("lost: what it said of the task could not be read");
        assertThat(b.heard(Message.Cancel.class)).containsExactly(new Message.Cancel(KEY));
        assertThat(a.node.leftovers()).containsExactly("1 malformed messages");
    }

    @Test
    void chunkThatDoesNotFitEndsTheCallThatArrives() {
        b.say(new Message.CallOffer(KEY, 1 << 20));

        b.say(new Message.CallChunk(KEY, 0, ByteBuffer.allocate(3)));
        cluster.breathe();

        assertAnswered();
        assertThat(b.free()).isEqualTo(new FreeSlots(1, 0));
    }

    @Test
    void chunkThatDoesNotFitEndsTheTaskThatWasSent() {
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        b.say(new Message.EndOffer(KEY, NONE_FREE, 1 << 20));

        b.say(new Message.EndChunk(KEY, 0, ByteBuffer.allocate(3)));

        assertThat(task.events).containsExactly("lost: what it said of the task could not be read");
        assertThat(a.node.leftovers()).containsExactly("1 malformed messages");
    }

    @Test
    void endOfNoBytesIsNone() {
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);

        b.say(new Message.EndOffer(KEY, NONE_FREE, 0));

        assertThat(task.events).containsExactly("lost: what it said of the task could not be read");
    }

    @Test
    void callOfNoBytesIsNone() {
        b.say(new Message.CallOffer(KEY, 0));
        cluster.breathe();

        assertAnswered();
        assertThat(b.free()).isEqualTo(new FreeSlots(1, 0));
    }

    @ParameterizedTest
    @MethodSource({"toRunner", "toCaller"})
    void messageSaysWhichTaskItIsAbout(Message message) {
        MessageCodec.About about =
                MessageCodec.about(ByteBuffer.wrap(unreadable(message))).orElseThrow();

        assertThat(about).isEqualTo(new MessageCodec.About(KEY, message instanceof Message.ToCaller));
    }

    @Test
    void whatIsAboutNoTaskEndsNone() {
        for (byte[] bytes : new byte[][] {{}, {0}, {1}, {2, 3}, {3}, {7, 0}, {99, 0, 0}}) {
            assertThat(MessageCodec.about(ByteBuffer.wrap(bytes)))
                    .as(Arrays.toString(bytes))
                    .isEmpty();
            b.say(bytes);
        }
        assertThat(b.heard(Message.Ended.class)).isEmpty();
        assertThat(Objects.requireNonNull(a.peer()).state()).isEqualTo(ClusterStats.State.COMPATIBLE);
    }
}
