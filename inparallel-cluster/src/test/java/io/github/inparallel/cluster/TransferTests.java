package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Long calls and outcomes: offered, accepted, and in chunks. */
class TransferTests {

    private static final int MEGABYTE = 1 << 20;
    private static final TaskKey KEY = new TaskKey(0, 1);

    private final TestCluster cluster = new TestCluster();

    private static EncodedOutcome.Succeeded result(int bytes) {
        byte[] answer = new byte[bytes];
        new Random(1).nextBytes(answer);
        byte[] attachment = new byte[bytes / 3];
        new Random(2).nextBytes(attachment);
        return new EncodedOutcome.Succeeded(answer, attachment);
    }

    private static EncodedCall call(int bytes) {
        return new TestTask(1, bytes, 0).call().orElseThrow();
    }

    @Test
    void longCallAndLongOutcomeArriveAsTheyWere() {
        TestCluster.Node a = cluster.node("a", 0);
        TestCluster.Node b = cluster.node("b", 1);
        TestTask task = new TestTask(1, 3 * MEGABYTE, 0);

        a.pool.member().run(task);
        cluster.time.runFor(5);
        assertThat(b.pool.received).hasSize(1);
        assertThat(b.pool.received.get(0).call.arguments().length).isEqualTo(3 * MEGABYTE);
        b.pool.setFree(1);
        EncodedOutcome.Succeeded result = result(2 * MEGABYTE);
        b.pool.received.get(0).listener.ended(result);
        assertThat(b.peer().transfers()).isEqualTo(1);
        assertThat(b.peer().transferBytes()).isGreaterThan(2 * MEGABYTE);
        cluster.breathe();

        assertThat(task.events).containsExactly("success");
        EncodedOutcome.Succeeded arrived = (EncodedOutcome.Succeeded) Objects.requireNonNull(task.outcome);
        assertThat(Arrays.equals(arrived.answer(), result.answer())).isTrue();
        assertThat(Arrays.equals(arrived.attachment(), result.attachment())).isTrue();
        assertThat(a.node.leftovers()).isEmpty();
        assertThat(b.node.leftovers()).isEmpty();
        assertThat(a.pool.members.values()).containsExactly(new FreeSlots(1, 0));
    }

    @Test
    void longCallThatFindsNoSlotSendsNoByteOfIt() {
        TestCluster.Node a = cluster.node("a", 0);
        cluster.node("b", 0);
        cluster.breathe();
        cluster.traffic.clear();
        TestTask task = new TestTask(1, 3 * MEGABYTE, 0);

        a.pool.member().run(task);
        cluster.breathe();

        assertThat(task.events).containsExactly("no-slot");
        assertThat(cluster.traffic).noneMatch(line -> line.contains("Chunk"));
    }

    @Test
    void slotOfALongCallIsTakenWhileItArrives() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.CallOffer(KEY, MEGABYTE));
        cluster.breathe();

        assertThat(b.heard(Message.CallAck.class)).containsExactly(new Message.CallAck(KEY, 0));
        assertThat(b.free()).isEqualTo(FreeSlots.NONE);
        b.say(new Message.CallOffer(new TaskKey(0, 2), MEGABYTE));
        b.say(new Message.Call(new TaskKey(0, 3), call(10)));

        assertThat(b.heard(Message.Ended.class))
                .hasSize(2)
                .allSatisfy(ended -> assertThat(ended.outcome()).isEqualTo(new EncodedOutcome.NoSlot()));
        assertThat(a.pool.received).isEmpty();

        b.say(new Message.Cancel(KEY));
        cluster.breathe();
        assertThat(b.free()).isEqualTo(new FreeSlots(1, 0));
        assertThat(a.node.leftovers()).isEmpty();
    }

    @Test
    void callLongerThanThePoolAllowsFails() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");

        b.say(new Message.CallOffer(KEY, 1L << 40));

        assertThat(b.heard(Message.Ended.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.outcome()).isInstanceOf(EncodedOutcome.Failed.class));
        assertThat(a.node.leftovers()).isEmpty();
    }

    /** How a message begins whose first long field has so many bytes. */
    private static ByteBuffer start(Message message, int length) {
        byte[] whole = MessageCodec.parts(message).copy(0, OutgoingTransfer.CHUNK);
        MessageCodec.LongField field =
                Objects.requireNonNull(MessageCodec.longField(ByteBuffer.wrap(whole), Integer.MAX_VALUE));
        byte[] number = new WireWriter(8).number(length).parts().whole();
        int announced = new WireWriter(8).number(field.length()).parts().whole().length;
        return ByteBuffer.allocate(OutgoingTransfer.CHUNK)
                .put(whole, 0, field.at() - announced)
                .put(number)
                .clear();
    }

    @Test
    void callForWhichThereIsNoMemoryFailsAndItsSlotIsFree() {
        cluster.maxPayload = Integer.MAX_VALUE;
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.CallOffer(KEY, Integer.MAX_VALUE));

        b.say(new Message.CallChunk(KEY, 0, start(new Message.Call(KEY, call(MEGABYTE)), Integer.MAX_VALUE - 1_000)));
        cluster.breathe();

        assertThat(b.heard(Message.Ended.class))
                .singleElement()
                .satisfies(ended -> assertThat(MessageCodec.parts(ended).whole())
                        .asString(StandardCharsets.ISO_8859_1)
                        .contains("The member that was to run the call had no memory for it"));
        assertThat(b.free()).isEqualTo(new FreeSlots(1, 0));
        assertThat(a.node.leftovers()).isEmpty();
    }

    @Test
    void taskIsLostIfThereIsNoMemoryForItsOutcome() {
        cluster.maxPayload = Integer.MAX_VALUE;
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        Message.FreeWord free = new Message.FreeWord(2, FreeSlots.NONE);
        b.say(new Message.EndOffer(KEY, free, Integer.MAX_VALUE));

        Message end = new Message.Ended(KEY, free, Message.News.NONE, result(MEGABYTE));
        b.say(new Message.EndChunk(KEY, 0, start(end, Integer.MAX_VALUE - 1_000)));

        assertThat(task.events).containsExactly("outcome lost: there was no memory here for its outcome");
        assertThat(b.heard(Message.Cancel.class)).hasSize(1);
        assertThat(a.node.leftovers()).isEmpty();
    }

    @Test
    void outcomeLongerThanThePoolAllowsIsNotRead() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);

        b.say(new Message.EndOffer(KEY, new Message.FreeWord(2, FreeSlots.NONE), 1L << 40));

        assertThat(task.events).containsExactly("result of 1099511627776 bytes");
        assertThat(b.heard(Message.Cancel.class)).hasSize(1);
        assertThat(a.node.leftovers()).isEmpty();
    }

    @Test
    void atMostFourChunksAreUnderWay() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));

        a.pool.member().run(new TestTask(1, 3 * MEGABYTE, 0));
        cluster.time.runFor(1);
        assertThat(b.heard(Message.CallOffer.class)).hasSize(1);
        assertThat(b.heard(Message.CallChunk.class)).isEmpty();
        b.say(new Message.CallAck(KEY, 0));
        assertThat(b.heard(Message.CallChunk.class)).hasSize(4);
        b.say(new Message.CallAck(KEY, 0));
        assertThat(b.heard(Message.CallChunk.class)).hasSize(4);
        b.say(new Message.CallAck(KEY, 2));

        assertThat(b.heard(Message.CallChunk.class)).hasSize(6);
        assertThat(b.heard(Message.CallChunk.class))
                .allSatisfy(
                        chunk -> assertThat(MessageCodec.encode(chunk).length).isLessThanOrEqualTo(32 * 1024));
    }

    @Test
    void chunkThatWasNotSentIsNotAcknowledged() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        a.pool.member().run(new TestTask(1, 3 * MEGABYTE, 0));

        b.say(new Message.CallAck(KEY, 1));

        assertThat(b.heard(Message.CallChunk.class)).isEmpty();
        assertThat(a.node.leftovers()).contains("1 malformed messages");
    }

    @Test
    void chunksInAnyOrderAreTheCall() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        Parts message = MessageCodec.parts(new Message.Call(KEY, call(MEGABYTE)));
        int chunks = OutgoingTransfer.count(message.size());
        b.say(new Message.CallOffer(KEY, message.size()));

        for (int i = chunks - 1; i >= 0; i--) {
            long from = (long) i * OutgoingTransfer.CHUNK;
            int length = (int) Math.min(OutgoingTransfer.CHUNK, message.size() - from);
            b.say(new Message.CallChunk(KEY, i, message.bytes(from, length)));
            b.say(new Message.CallChunk(KEY, i, message.bytes(from, length)));
        }

        assertThat(a.pool.received).hasSize(1);
        assertThat(b.heard(Message.CallAck.class)).hasSize(chunks + 1);
    }

    @Test
    void chunksThatAreNoCallAreAnsweredAndSaid() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.CallOffer(KEY, 3));

        b.say(new Message.CallChunk(KEY, 0, ByteBuffer.allocate(3)));

        assertThat(b.heard(Message.Ended.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.outcome()).isInstanceOf(EncodedOutcome.Failed.class));
        assertThat(a.node.leftovers()).containsExactly("1 malformed messages");
    }

    @Test
    void outcomeThatCannotBeReadLosesTheTask() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1);
        a.pool.member().run(task);
        b.say(new Message.EndOffer(KEY, new Message.FreeWord(2, FreeSlots.NONE), 3));

        b.say(new Message.EndChunk(KEY, 0, ByteBuffer.allocate(3)));

        assertThat(task.events).containsExactly("outcome lost: its outcome cannot be read");
    }

    @Test
    void cancelWhileTheCallArrivesDropsItOnBothSides() {
        TestCluster.Node a = cluster.node("a", 0);
        TestCluster.Node b = cluster.node("b", 1);
        TestTask task = new TestTask(1, 3 * MEGABYTE, 0);
        a.pool.member().run(task);
        cluster.time.runFor(0);
        a.pool.member().cancel(task);
        cluster.breathe();

        assertThat(b.pool.received).isEmpty();
        assertThat(task.events).containsExactly("cancelled");
        assertThat(a.node.leftovers()).isEmpty();
        assertThat(b.node.leftovers()).isEmpty();
    }

    @Test
    void cancelWhileTheOutcomeArrivesDropsItOnBothSides() {
        TestCluster.Node a = cluster.node("a", 1);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Call(KEY, call(10)));
        a.pool.received.get(0).listener.ended(result(MEGABYTE));
        cluster.time.runFor(1);
        assertThat(b.heard(Message.EndOffer.class)).hasSize(1);
        b.say(new Message.EndAck(KEY, 0));
        assertThat(b.heard(Message.EndChunk.class)).hasSize(4);

        b.say(new Message.Cancel(KEY));
        b.say(new Message.EndAck(KEY, 4));

        assertThat(b.heard(Message.EndChunk.class)).hasSize(4);
        assertThat(a.node.leftovers()).isEmpty();
    }

    @Test
    void memberThatDoesNotReadItsOutcomesGetsFewerSlots() {
        TestCluster.Node a = cluster.node("a", 7);
        TestCluster.Stranger b = cluster.stranger("b");
        for (int i = 0; i < 7; i++) {
            b.say(new Message.Call(new TaskKey(0, i), call(10)));
        }
        for (TestPool.Received each : a.pool.received) {
            each.listener.ended(result(MEGABYTE));
        }
        a.pool.setFree(2);
        cluster.breathe();

        assertThat(b.free()).isEqualTo(FreeSlots.NONE);
        b.say(new Message.Call(new TaskKey(0, 8), call(10)));
        assertThat(b.heard(Message.Ended.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.outcome()).isEqualTo(new EncodedOutcome.NoSlot()));
        b.say(new Message.Cancel(new TaskKey(0, 0)));
        cluster.breathe();

        assertThat(b.free()).isEqualTo(FreeSlots.NONE);
        b.say(new Message.Cancel(new TaskKey(0, 1)));
        cluster.breathe();
        assertThat(b.free()).isEqualTo(new FreeSlots(1, 0));
    }

    @Test
    void longCallOfWhichNotAllWasSentHasNotRunWhenTheMemberIsLost() {
        TestCluster.Node a = cluster.node("a", 0);
        TestCluster.Stranger b = cluster.stranger("b");
        b.say(new Message.Free(1, false, Map.of("work", new FreeSlots(1, 0))));
        TestTask task = new TestTask(1, 3 * MEGABYTE, 0);
        a.pool.member().run(task);
        b.say(new Message.CallAck(KEY, 0));

        b.port.end("it did not answer");
        cluster.time.runFor(1);

        assertThat(task.events).containsExactly("no-slot");
    }
}
