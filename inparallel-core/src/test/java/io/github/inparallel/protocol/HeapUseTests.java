package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class HeapUseTests {

    @Test
    void crosses() throws ProtocolException {
        HeapUse heap = new HeapUse(1, 2, Long.MAX_VALUE);

        assertThat(HeapUse.of(heap.toFrame())).isEqualTo(heap);
    }

    @Test
    void answerMaySayNothingOfAHeap() throws ProtocolException {
        assertThat(HeapUse.of(Frame.of(FrameType.PONG, 0))).isNull();
    }

    @Test
    void ownHeapIsWithinItsBounds() {
        HeapUse heap = HeapUse.now();

        assertThat(heap.used()).isPositive();
        assertThat(heap.committed()).isBetween(heap.used(), heap.max());
    }

    @Test
    void whatIsNoneBreaksTheProtocol() {
        byte[] negative = ByteBuffer.allocate(24).putLong(16, -1).array();
        for (byte[] payload : new byte[][] {{1}, new byte[23], new byte[25], negative}) {
            assertThatThrownBy(() -> HeapUse.of(new Frame(FrameType.PONG, 0, payload)))
                    .isInstanceOf(ProtocolException.class);
        }
    }
}
