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
    void looksSoOnTheWire() throws ProtocolException {
        Frame frame = new HeapUse(1, 0, 3).toFrame();

        assertThat(frame.type()).isEqualTo(FrameType.PONG);
        assertThat(frame.payload())
                .isEqualTo(
                        ByteBuffer.allocate(24).putLong(1).putLong(0).putLong(3).array());
        assertThat(HeapUse.of(frame)).isEqualTo(new HeapUse(1, 0, 3));
    }

    @Test
    void ownHeapIsWithinItsBounds() {
        HeapUse heap = HeapUse.now();

        assertThat(heap.used()).isPositive();
        assertThat(heap.committed()).isBetween(heap.used(), heap.max());
    }

    @Test
    void whatIsNoneBreaksTheProtocol() {
        Frame lie = new HeapUse(0, -1, 0).toFrame();
        assertThatThrownBy(() -> HeapUse.of(lie)).hasMessage("heap of -1 bytes");
        byte[] negative = ByteBuffer.allocate(24).putLong(16, -1).array();
        for (byte[] payload : new byte[][] {{1}, new byte[23], new byte[25], negative}) {
            assertThatThrownBy(() -> HeapUse.of(new Frame(FrameType.PONG, 0, payload)))
                    .isInstanceOf(ProtocolException.class);
        }
    }
}
