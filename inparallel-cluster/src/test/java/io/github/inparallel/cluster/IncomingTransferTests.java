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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunks of a long message, in any order and more than once. */
class IncomingTransferTests {

    private static final int CHUNK = OutgoingTransfer.CHUNK;
    private static final int ARRAY = IncomingTransfer.TOGETHER * CHUNK;

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
