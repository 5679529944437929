package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.protocol.Frame.Outgoing;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a frame looks on the wire, and in how many pieces it goes there. */
class FrameTests {

    private static final String NO_TASK = " 00 00 00 00 00 00 00 00";

    private static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    private static byte[] array(@Nullable ByteBuffer buffer) {
        return Objects.requireNonNull(buffer).array();
    }

    // ---- one

    @Test
    void frameIsItsLengthItsTypeItsTaskAndItsPayload() {
        Outgoing sent = new Frame(FrameType.RESULT, 0x0102030405060708L, new byte[] {9, 10}).encode();

        assertThat(hex(sent.first())).isEqualTo("00 00 00 0b 06 01 02 03 04 05 06 07 08 09 0a");
        assertThat(sent.isSmall()).isTrue();
    }

    @Test
    void frameThatSaysNothingIsAHeader() {
        Frame frame = Frame.of(FrameType.RETIRE, 0);

        assertThat(hex(frame.encode().first())).isEqualTo("00 00 00 09 0c" + NO_TASK);
        assertThat(frame.size()).isZero();
    }

    @Test
    void attachmentIsMarkedInTheTypeAndFollowsThePayload() {
        byte[] attachment = {4, 5};
        Frame frame = new Frame(FrameType.TASK, 0, new byte[] {1, 2, 3}, attachment);

        Outgoing sent = frame.encode();

        assertThat(hex(sent.first())).isEqualTo("00 00 00 12 85" + NO_TASK + " 00 00 00 03 01 02 03");
        assertThat(sent.body()).isNull();
        assertThat(array(sent.attachment())).isSameAs(attachment);
        assertThat(frame.size()).isEqualTo(5);
    }

    @Test
    void payloadThatIsSmallTravelsWithItsHeader() {
        Outgoing sent = Frame.encode(FrameType.RESULT, 1, new byte[1], new byte[Frame.SMALL - 1], null);

        assertThat(sent.first().remaining()).isEqualTo(Frame.HEADER + Frame.SMALL);
        assertThat(sent.isSmall()).isTrue();
    }

    @Test
    void payloadThatIsLargerIsNotCopied() {
        byte[] body = new byte[Frame.SMALL];

        Outgoing sent = Frame.encode(FrameType.RESULT, 0, new byte[] {7}, body, null);

        assertThat(hex(sent.first())).isEqualTo("00 00 80 0a 06" + NO_TASK + " 07");
        assertThat(array(sent.body())).isSameAs(body);
        assertThat(sent.attachment()).isNull();
    }

    @Test
    void onlyWhatIsInOnePieceIsSmall() {
        Outgoing one = small(1);

        assertThat(one.isSmall()).isTrue();
        assertThat(large(1).isSmall()).isFalse();
        assertThat(attached(1).isSmall()).isFalse();
        assertThat(new Outgoing(one.first(), null, null, small(2)).isSmall()).isFalse();
    }

    @Test
    void frameHasBegunWhenSomeOfItIsWritten() {
        Outgoing frame = small(1);

        assertThat(frame.hasBegun()).isFalse();
        frame.first().position(1);
        assertThat(frame.hasBegun()).isTrue();
    }

    // ---- several

    private static Outgoing small(long task) {
        return Frame.of(FrameType.PING, task).encode();
    }

    private static Outgoing large(long task) {
        return new Frame(FrameType.RESULT, task, new byte[Frame.SMALL + 1]).encode();
    }

    private static Outgoing attached(long task) {
        return new Frame(FrameType.RESULT, task, new byte[0], new byte[1]).encode();
    }

    @Test
    void smallFramesGoInOnePieceInTheirOrder() {
        String expected = hex(small(1).first()) + " " + hex(small(2).first()) + " " + hex(small(3).first());

        Outgoing joined = Outgoing.joined(List.of(small(1), small(2), small(3)));

        assertThat(hex(joined.first())).isEqualTo(expected);
        assertThat(joined.isSmall()).isTrue();
    }

    @Test
    void largeFrameTakesThoseBeforeItAlong() {
        Outgoing large = large(2);
        Outgoing attached = attached(2);
        String withLarge = hex(small(1).first()) + " " + hex(large.first());
        String withAttached = hex(small(1).first()) + " " + hex(attached.first());

        Outgoing joined = Outgoing.joined(List.of(small(1), large));
        Outgoing other = Outgoing.joined(List.of(small(1), attached));

        assertThat(hex(joined.first())).isEqualTo(withLarge);
        assertThat(joined.body()).isSameAs(large.body());
        assertThat(joined.next()).isNull();
        assertThat(hex(other.first())).isEqualTo(withAttached);
        assertThat(other.attachment()).isSameAs(attached.attachment());
        assertThat(other.next()).isNull();
    }

    @Test
    void whatFollowsALargeFrameIsAnotherPiece() {
        Outgoing first = large(1);
        Outgoing fourth = attached(4);
        Outgoing last = large(5);
        String middle = hex(small(2).first()) + " " + hex(small(3).first()) + " " + hex(fourth.first());

        Outgoing joined = Outgoing.joined(List.of(first, small(2), small(3), fourth, last));

        assertThat(joined.first()).isSameAs(first.first());
        assertThat(joined.body()).isSameAs(first.body());
        Outgoing second = Objects.requireNonNull(joined.next());
        assertThat(hex(second.first())).isEqualTo(middle);
        assertThat(second.attachment()).isSameAs(fourth.attachment());
        Outgoing third = Objects.requireNonNull(second.next());
        assertThat(third.first()).isSameAs(last.first());
        assertThat(third.body()).isSameAs(last.body());
        assertThat(third.next()).isNull();
    }

    @Test
    void oneFrameIsNotCopied() {
        Outgoing one = small(1);

        assertThat(Outgoing.joined(List.of(one)).first()).isSameAs(one.first());
    }

    @Test
    void noFramesCannotBeJoined() {
        assertThatThrownBy(() -> Outgoing.joined(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no frames");
    }
}
