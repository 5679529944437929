package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.protocol.ProtocolException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageCodecTests {

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int SEEDS = 300;

    @Test
    void everyMessageIsReadAsItWasWritten() throws ProtocolException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Message message = new RandomMessages(new Random(seed), 50).next();

            assertThat(MessageCodec.decode(MessageCodec.encode(message)))
                    .as("seed %s", seed)
                    .usingRecursiveComparison()
                    .isEqualTo(message);
        }
    }

    @Test
    void longMessagesAreReadFromAnyPieces() throws ProtocolException {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            Message message = new RandomMessages(random, 200_000).next();
            Parts parts = MessageCodec.parts(message);
            byte[] whole = parts.copy(0, (int) parts.size());
            byte[][] pieces = new byte[1 + random.nextInt(9)][];
            int from = 0;
            for (int i = 0; i < pieces.length; i++) {
                int to = i == pieces.length - 1 ? whole.length : from + random.nextInt(whole.length - from + 1);
                pieces[i] = parts.copy(from, to - from);
                from = to;
            }

            Parts read = MessageCodec.parts(MessageCodec.decode(pieces));
            assertThat(Arrays.equals(read.copy(0, (int) read.size()), whole))
                    .as("seed %s", seed)
                    .isTrue();
        }
    }

    @Test
    void truncatedMessageIsRefused() {
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] bytes = MessageCodec.encode(new RandomMessages(new Random(seed), 50).next());
            for (int length = 0; length < bytes.length; length++) {
                byte[] truncated = Arrays.copyOf(bytes, length);

                if (isRead(truncated, "seed " + seed)) {
                    throw new AssertionError("seed " + seed + " is read from " + length + " bytes");
                }
            }
        }
    }

    @Test
    void messageWithMoreThanItsFieldsIsRefused() {
        byte[] bytes = MessageCodec.encode(new Message.Cancel(new TaskKey(0, 1)));

        assertThatThrownBy(() -> MessageCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("1 bytes mean nothing");
    }

    @Test
    void changedMessageIsReadOrRefusedWithinBounds() {
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] bytes = MessageCodec.encode(new RandomMessages(new Random(seed), 50).next());
            for (int i = 0; i < bytes.length; i++) {
                for (int mask : new int[] {0x01, 0x80, 0xff, 0x7f}) {
                    byte[] changed = bytes.clone();
                    changed[i] ^= (byte) mask;
                    isRead(changed, "seed " + seed);
                }
            }
        }
    }

    @Test
    void garbageIsReadOrRefusedWithinBounds() {
        Random random = new Random(17);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            if (garbage.length > 0) {
                garbage[0] = (byte) random.nextInt(16);
            }
            isRead(garbage, "garbage");
        }
    }

    @Test
    void lengthsThatHaveNotArrivedAllocateNothing() {
        byte[] chunk = new WireWriter(10)
                .octet(5)
                .number(0)
                .signed(1)
                .number(0)
                .number(Integer.MAX_VALUE - 9)
                .parts()
                .whole();

        assertThatThrownBy(() -> MessageCodec.decode(chunk))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("field of 2147483638 bytes, 0 there");
    }

    @Test
    void greetingOfAnotherProtocolIsReadAsFarAsItIsKnown() throws ProtocolException {
        byte[] bytes = {1, 9, 1, 2, 3};

        assertThat(MessageCodec.decode(bytes)).isEqualTo(new Message.Greeting(9, "", "", List.of()));
    }

    @Test
    void smallCallIsSmall() {
        EncodedCall call = new EncodedCall("17", "Work.do", new byte[20], 0, 0, Map.of(), new byte[10], null);
        byte[] encoded = MessageCodec.encode(new Message.Call(new TaskKey(0, 1), call));
        byte[] ended = MessageCodec.encode(new Message.Ended(
                new TaskKey(0, 1),
                new Message.FreeWord(1000, new FreeSlots(1, 0)),
                Message.News.NONE,
                new EncodedOutcome.Succeeded(new byte[10], null)));

        assertThat(encoded).hasSizeLessThan(60);
        assertThat(ended).hasSizeLessThan(30);
    }

    /** Reads it, or is refused; allocates little. */
    private static boolean isRead(byte[] bytes, String what) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean read = true;
        try {
            MessageCodec.decode(bytes);
        } catch (ProtocolException e) {
            read = false;
        } catch (Throwable e) {
            throw new AssertionError(what + ": " + Arrays.toString(bytes), e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > 200_000 + 64L * bytes.length) {
            throw new AssertionError(what + " allocates " + allocated + ": " + Arrays.toString(bytes));
        }
        return read;
    }
}
