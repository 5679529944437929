package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.cluster.Message.Ended;
import io.github.inparallel.cluster.Message.FreeWord;
import io.github.inparallel.cluster.Message.News;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunks of a long message, in any order and more than once. */
class IncomingTransferTests {

    private static final int CHUNK = OutgoingTransfer.CHUNK;
    private static final int ARRAY = IncomingTransfer.TOGETHER;

    private static Ended ended(int bytes) {
        byte[] answer = new byte[bytes];
        new Random(bytes).nextBytes(answer);
        return new Ended(
                new TaskKey(0, 1),
                new FreeWord(1, new FreeSlots(1, 0)),
                News.NONE,
                new EncodedOutcome.Succeeded(answer, new byte[0]));
    }

    /** A message of so many bytes. */
    private static Ended endedOf(long size) {
        int bytes = (int) size;
        while (MessageCodec.parts(ended(bytes)).size() > size) {
            bytes -= Math.toIntExact(MessageCodec.parts(ended(bytes)).size() - size);
        }
        return ended(bytes);
    }

    static IntStream sizes() {
        return IntStream.of(1_000, CHUNK, 2 * CHUNK, ARRAY - CHUNK, ARRAY, ARRAY + CHUNK, 2 * ARRAY, 3 * ARRAY)
                .flatMap(size -> IntStream.of(size - 1, size, size + 1));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void messageIsWholeWhenItsLastChunkHasCome(int size) throws ProtocolException {
        Ended sent = endedOf(size);
        Parts message = MessageCodec.parts(sent);
        assertThat(message.size()).isEqualTo(size);
        int chunks = OutgoingTransfer.count(size);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            order.add(i);
            order.add(i);
        }
        Collections.shuffle(order, new Random(size));
        IncomingTransfer transfer = new IncomingTransfer(size);
        int here = 0;
        for (int index : order) {
            assertThat(transfer.isWhole(here)).isEqualTo(here == chunks);
            long start = (long) index * CHUNK;
            int count = transfer.add(index, message.bytes(start, (int) Math.min(CHUNK, size - start)));
            assertThat(count).isIn(0, here + 1);
            here = Math.max(here, count);
            assertThat(transfer.left()).isEqualTo(Math.max(0, size - (long) here * CHUNK));
        }

        assertThat(transfer.isWhole(here)).isTrue();
        Ended arrived = (Ended) transfer.message();
        assertThat(((EncodedOutcome.Succeeded) arrived.outcome()).answer())
                .isEqualTo(((EncodedOutcome.Succeeded) sent.outcome()).answer());
    }

    /** Sizes of an answer and what is beside it, so that the long field lies and ends anywhere. */
    static Stream<Arguments> fields() {
        int[] around = {0, 1, 100, CHUNK - 200, CHUNK, CHUNK + 1, ARRAY, ARRAY + CHUNK + 1};
        return IntStream.of(around)
                .boxed()
                .flatMap(answer -> IntStream.of(around).mapToObj(attachment -> Arguments.of(answer, attachment)));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void fieldForWhichAMessageIsLongIsNotCopiedAgain(int answer, int attachment) throws ProtocolException {
        byte[] first = bytes(answer);
        byte[] second = bytes(attachment);
        Parts message = MessageCodec.parts(new Ended(
                new TaskKey(0, 1),
                new FreeWord(1, new FreeSlots(1, 0)),
                News.NONE,
                new EncodedOutcome.Succeeded(first, second)));
        IncomingTransfer transfer = new IncomingTransfer(message.size());
        List<Integer> order = new ArrayList<>();
        for (int i = 1; i < OutgoingTransfer.count(message.size()); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(answer + attachment));
        order.add(0, 0); // from which it can be told where the field is
        for (int index : order) {
            long start = (long) index * CHUNK;
            ByteBuffer chunk = message.bytes(start, (int) Math.min(CHUNK, message.size() - start));
            ByteBuffer within = ByteBuffer.allocate(chunk.remaining() + 7)
                    .position(3)
                    .put(chunk.duplicate())
                    .limit(3 + chunk.remaining())
                    .position(3);
            transfer.add(index, within);
            assertThat(within.position()).isEqualTo(3);
        }

        List<byte[]> taken = transfer.arrays();
        EncodedOutcome.Succeeded arrived = (EncodedOutcome.Succeeded) ((Ended) transfer.message()).outcome();

        assertThat(arrived.answer()).isEqualTo(first);
        assertThat(arrived.attachment()).isEqualTo(second);
        if (answer >= CHUNK) {
            assertThat(taken).anyMatch(array -> array == arrived.answer());
        } else if (attachment >= CHUNK) {
            assertThat(taken).anyMatch(array -> array == arrived.attachment());
        }
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    /** Whatever a first chunk says, a transfer takes it, and all others; what it says is for the reader of the message. */
    @Test
    void firstChunkMayMeanNothing() throws ProtocolException {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            Parts message = MessageCodec.parts(ended(CHUNK + random.nextInt(2 * CHUNK)));
            byte[] whole = message.whole();
            for (int i = random.nextInt(6); i >= 0; i--) {
                whole[random.nextInt(random.nextBoolean() ? 40 : whole.length)] = (byte) random.nextInt();
            }
            IncomingTransfer transfer = new IncomingTransfer(whole.length);
            for (int i = 0; i < OutgoingTransfer.count(whole.length); i++) {
                transfer.add(i, ByteBuffer.wrap(whole, i * CHUNK, Math.min(CHUNK, whole.length - i * CHUNK)));
            }
            Object expected = read(() -> MessageCodec.decode(ByteBuffer.wrap(whole)));
            Object here = read(transfer::message);
            assertThat(here).isEqualTo(expected);
        }
    }

    private interface Reading {
        Message read() throws ProtocolException;
    }

    private static Object read(Reading reading) {
        try {
            return ByteBuffer.wrap(MessageCodec.parts(reading.read()).whole()); // records of arrays are never equal
        } catch (ProtocolException e) {
            return "" + e.getMessage();
        }
    }

    @Test
    void chunkOfAnotherSizeAndOneThatIsNoneOfItsAreRefused() {
        IncomingTransfer transfer = new IncomingTransfer(CHUNK + 10L);

        assertThatThrownBy(() -> transfer.add(0, ByteBuffer.allocate(CHUNK - 1)))
                .hasMessageContaining("expected: " + CHUNK);
        assertThatThrownBy(() -> transfer.add(1, ByteBuffer.allocate(11))).hasMessageContaining("expected: 10");
        assertThatThrownBy(() -> transfer.add(2, ByteBuffer.allocate(1))).hasMessage("chunk 2 of 2");
        assertThat(transfer.left()).isEqualTo(CHUNK + 10L);
    }
}
