package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of bytes, in any pieces, and the frames in them. */
class FrameReaderTests {

    private static final int READ_AHEAD = 16 * 1024;

    /** Gives a stream in pieces, with a pause after each; then nothing, or the end. */
    private static final class Pieces implements ReadableByteChannel {
        private final ByteBuffer stream;
        private final int piece;
        private final List<Integer> asked = new ArrayList<>(); // how much each read had room for
        private boolean pauses;
        private boolean ends;

        Pieces(byte[] stream, int piece) {
            this.stream = ByteBuffer.wrap(stream);
            this.piece = piece;
        }

        @Override
        public int read(ByteBuffer target) {
            asked.add(target.remaining());
            pauses = !pauses;
            if (!stream.hasRemaining()) {
                return ends ? -1 : 0;
            }
            int count = pauses ? Math.min(piece, Math.min(target.remaining(), stream.remaining())) : 0;
            target.put(stream.slice(stream.position(), count));
            stream.position(stream.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static Pieces whole(byte[] stream) {
        return new Pieces(stream, Integer.MAX_VALUE);
    }

    private static Pieces thatEnds(byte[] stream) {
        Pieces pieces = whole(stream);
        pieces.ends = true;
        return pieces;
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static byte[] header(int announced, int code) {
        return ByteBuffer.allocate(Frame.HEADER)
                .putInt(announced)
                .put((byte) code)
                .putLong(7)
                .array();
    }

    private static byte[] frame(int payload) {
        return Arrays.copyOf(header(Frame.HEADER - 4 + payload, FrameType.RESULT.ordinal()), Frame.HEADER + payload);
    }

    private static byte[] attached(int announced, int payload) {
        return ByteBuffer.allocate(Frame.HEADER + 4)
                .put(header(announced, FrameType.RESULT.ordinal() | Frame.ATTACHED))
                .putInt(payload)
                .array();
    }

    private static String text(@Nullable Frame frame) {
        return frame == null
                ? "none"
                : frame.type() + " " + frame.taskId() + " " + Arrays.toString(frame.payload()) + " "
                        + Arrays.toString(frame.attachment());
    }

    /** Polls till so many frames have come. */
    private static List<String> poll(FrameReader reader, int count) throws IOException {
        List<String> frames = new ArrayList<>();
        for (int turn = 0; turn < 10_000 && frames.size() < count; turn++) {
            Frame frame = reader.poll();
            if (frame != null) {
                frames.add(text(frame));
            }
        }
        return frames;
    }

    // ---- pieces

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 12, 13, 14, 16, 17, 18, 100, Integer.MAX_VALUE})
    void framesAreWholeWhateverPiecesTheyComeIn(int piece) throws IOException {
        List<Frame> frames = List.of(
                Frame.of(FrameType.PING, 1),
                new Frame(FrameType.RESULT, Long.MIN_VALUE, bytes(20)),
                new Frame(FrameType.TASK, 3, bytes(5), bytes(10)),
                new Frame(FrameType.TASK, 4, bytes(0), bytes(0)),
                new Frame(FrameType.TOLD, 5, bytes(1)));
        ByteBuffer stream = ByteBuffer.allocate(1_000);
        for (Frame frame : frames) {
            Frame.Outgoing sent = frame.encode();
            stream.put(sent.first());
            if (sent.attachment() != null) {
                stream.put(sent.attachment());
            }
        }
        FrameReader reader = new FrameReader(new Pieces(Arrays.copyOf(stream.array(), stream.position()), piece), 100);

        assertThat(poll(reader, frames.size()))
                .containsExactlyElementsOf(
                        frames.stream().map(FrameReaderTests::text).toList());
        assertThat(reader.poll()).isNull();
        assertThat(reader.hasBegun()).isFalse();
        assertThat(reader.taken()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"true, 100000", "false, 100000", "true, 10000000", "false, 10000000"})
    void largeFrameIsWholeWhateverPiecesItComesIn(boolean trusted, int piece) throws IOException {
        Frame frame = new Frame(FrameType.RESULT, 1, bytes(4 * FrameReader.CHUNK + 1), bytes(FrameReader.CHUNK));
        Frame.Outgoing sent = frame.encode();
        ByteBuffer stream = ByteBuffer.allocate(6 * FrameReader.CHUNK);
        stream.put(sent.first()).put(frame.payload());
        if (frame.attachment() != null) {
            stream.put(frame.attachment());
        }
        FrameReader reader =
                new FrameReader(new Pieces(Arrays.copyOf(stream.array(), stream.position()), piece), 1 << 21, trusted);

        assertThat(poll(reader, 1)).containsExactly(text(frame));
        assertThat(reader.hasBegun()).isFalse();
    }

    @Test
    void frameHasBegunWithItsFirstByteAndUntilItsLast() throws IOException {
        Pieces pieces = new Pieces(frame(2), 1);
        FrameReader reader = new FrameReader(pieces, 100);
        assertThat(reader.hasBegun()).isFalse();

        for (int i = 1; i < Frame.HEADER + 2; i++) {
            assertThat(reader.poll()).isNull();
            assertThat(reader.hasBegun()).as("after %d bytes", i).isTrue();
        }

        assertThat(reader.poll()).isNotNull();
        assertThat(reader.hasBegun()).isFalse();
    }

    @Test
    void endBetweenFramesIsToldFromOneWithinAFrame() throws IOException {
        FrameReader between = new FrameReader(thatEnds(new byte[0]), 100);
        assertThatThrownBy(between::poll)
                .isExactlyInstanceOf(EOFException.class)
                .hasMessage("connection ended");
        for (int length : new int[] {1, Frame.HEADER - 1, Frame.HEADER, Frame.HEADER + 1}) {
            FrameReader within = new FrameReader(thatEnds(Arrays.copyOf(frame(2), length)), 100);
            assertThatThrownBy(() -> poll(within, 1))
                    .isExactlyInstanceOf(EOFException.class)
                    .hasMessage("connection ended within a frame");
        }
        FrameReader withinALargeOne = new FrameReader(thatEnds(Arrays.copyOf(frame(100_000), 50_000)), 100_000);
        assertThatThrownBy(() -> poll(withinALargeOne, 1)).hasMessage("connection ended within a frame");
    }

    // ---- what is refused

    @ParameterizedTest
    @ValueSource(ints = {8, 4, 0, -1, Integer.MIN_VALUE, 9 + 101, Integer.MAX_VALUE})
    void lengthBelowAHeaderOrAboveTheLimitIsRefused(int announced) {
        FrameReader reader = new FrameReader(whole(header(announced, 0)), 100);

        assertThatThrownBy(reader::poll)
                .isInstanceOf(ProtocolException.class)
                .hasMessage("frame of " + announced + " bytes");
    }

    @Test
    void lengthsFromAHeaderToTheLimitAreAllowed() throws IOException {
        assertThat(poll(new FrameReader(whole(frame(0)), 100), 1)).hasSize(1);
        assertThat(poll(new FrameReader(whole(frame(100)), 100), 1)).hasSize(1);
    }

    @Test
    void limitMayBeSetAnew() throws IOException {
        FrameReader reader = new FrameReader(whole(frame(100)), 99);
        reader.maxPayload(100);
        assertThat(reader.poll()).isNotNull();
        FrameReader lower = new FrameReader(whole(frame(100)), 100);
        lower.maxPayload(99);
        assertThatThrownBy(lower::poll).isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {26, 99, 0x7f, 0x80 | 26})
    void typeThatIsUnknownIsRefused(int code) {
        FrameReader reader = new FrameReader(whole(header(20, code)), 100);

        assertThatThrownBy(reader::poll)
                .isInstanceOf(ProtocolException.class)
                .hasMessage("unknown frame type " + (code & 0x7f));
    }

    @Test
    void attachmentNeedsRoomForTheLengthOfThePayload() throws IOException {
        assertThatThrownBy(new FrameReader(whole(attached(9 + 3, 0)), 100)::poll)
                .isInstanceOf(ProtocolException.class)
                .hasMessage("frame of 12 bytes");
        assertThat(text(new FrameReader(whole(attached(9 + 4, 0)), 100).poll())).isEqualTo("RESULT 7 [] []");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 11, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void payloadThatIsNotWithinItsFrameIsRefused(int payload) {
        FrameReader reader = new FrameReader(whole(attached(9 + 4 + 10, payload)), 100);

        assertThatThrownBy(reader::poll)
                .isInstanceOf(ProtocolException.class)
                .hasMessage("payload of " + payload + " bytes in a frame of 23");
    }

    @Test
    void payloadMayLeaveNothingToTheAttachment() throws IOException {
        byte[] stream = Arrays.copyOf(attached(9 + 4 + 2, 2), Frame.HEADER + 4 + 2);

        assertThat(text(new FrameReader(whole(stream), 100).poll())).isEqualTo("RESULT 7 [0, 0] []");
    }

    // ---- memory

    @Test
    void whoeverAsksIsToldOfLargePayloadsBeforeTheyAreRead() throws IOException {
        List<Integer> told = new ArrayList<>();
        for (int length : new int[] {TaskRequest.LARGE, TaskRequest.LARGE + 1}) {
            FrameReader reader =
                    new FrameReader(whole(header(Frame.HEADER - 4 + length, FrameType.RESULT.ordinal())), 1 << 21);
            reader.beforeLarge(told::add);
            assertThat(reader.poll()).isNull();
        }

        assertThat(told).containsExactly(TaskRequest.LARGE + 1);
    }

    @Test
    void announcedLengthAloneTakesNoMemoryUnlessItIsBelieved() throws IOException {
        int length = Integer.MAX_VALUE - 64;
        Pieces pieces = whole(header(Frame.HEADER - 4 + length, FrameType.RESULT.ordinal()));

        assertThat(new FrameReader(pieces, length).poll()).isNull();

        assertThat(pieces.asked).containsExactly(READ_AHEAD, FrameReader.CHUNK);
    }

    @Test
    void whatIsMissingIsReadToWhereItStays() throws IOException {
        int length = 4 * FrameReader.CHUNK;
        byte[] begun = Arrays.copyOf(frame(length), Frame.HEADER + 100);
        Pieces doubted = whole(begun);
        Pieces believed = whole(begun);

        assertThat(new FrameReader(doubted, length).poll()).isNull();
        assertThat(new FrameReader(believed, length, true).poll()).isNull();

        assertThat(doubted.asked).containsExactly(READ_AHEAD, FrameReader.CHUNK - 100);
        assertThat(believed.asked)
                .as("never more at once than is kept for the thread")
                .containsExactly(READ_AHEAD, FrameReader.CHUNK);
    }

    @Test
    void whatIsMissingIsReadAheadIfThereIsRoomForMore() throws IOException {
        int first = READ_AHEAD - Frame.HEADER;
        FrameReader most = new FrameReader(whole(frame(first + READ_AHEAD)), 1 << 20);
        FrameReader less = new FrameReader(whole(frame(first + READ_AHEAD - 1)), 1 << 20);

        assertThat(poll(most, 1)).hasSize(1);
        assertThat(poll(less, 1)).hasSize(1);

        assertThat(most.taken()).isEqualTo(READ_AHEAD);
        assertThat(less.taken()).isZero();
    }
}
