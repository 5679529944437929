package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnvelopeTests {

    private final List<String> opened = new ArrayList<>(); // the view and the bytes of each message

    private static String text(long since, byte[] bytes) {
        return since + ":" + Arrays.toString(bytes);
    }

    private void open(byte[] envelope) {
        opened.clear();
        Envelope.open(ByteBuffer.wrap(envelope), (since, message) -> {
            byte[] bytes = new byte[message.remaining()];
            message.get(bytes);
            opened.add(text(since, bytes));
        });
    }

    @Test
    void messagesComeOutAsTheyWentIn() {
        Random random = new Random(3);
        for (int i = 0; i < 1_000; i++) {
            List<byte[]> messages = new ArrayList<>();
            for (int count = 1 + random.nextInt(20); count > 0; count--) {
                byte[] message = new byte[random.nextInt(4) == 0 ? random.nextInt(5_000) : random.nextInt(9)];
                random.nextBytes(message);
                messages.add(message);
            }
            long since = random.nextBoolean() ? random.nextInt(3) : Long.MAX_VALUE - random.nextInt(3);

            open(Envelope.of(since, messages));

            assertThat(opened)
                    .containsExactlyElementsOf(
                            messages.stream().map(each -> text(since, each)).toList());
        }
    }

    @Test
    void oneMessageIsWrittenAsItAlwaysWas() {
        byte[] message = {7, 8};

        assertThat(Envelope.of(5, List.of(message)))
                .isEqualTo(Envelope.of(5, message))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 5, 7, 8);
        open(Envelope.of(5, new byte[0]));
        assertThat(opened).containsExactly("5:[]");
    }

    @Test
    void envelopeThatIsCutOffHasAllThatIsWholeAndTheRestAsOneMessage() {
        byte[] whole = Envelope.of(9, List.of(new byte[] {1, 2, 3}, new byte[] {4, 5}));

        open(Arrays.copyOf(whole, whole.length - 1));
        assertThat(opened).containsExactly("9:[1, 2, 3]", "9:[4]");
        open(Arrays.copyOf(whole, whole.length - 4));
        assertThat(opened).containsExactly("9:[1, 2, 3]", "9:[0, 0]");
        open(Arrays.copyOf(whole, 7));
        assertThat(opened).isEmpty();
    }

    @Test
    void othersAreHeardThoughOneCannotBe() {
        byte[] envelope = Envelope.of(1, List.of(new byte[] {1}, new byte[] {2}, new byte[] {3}));
        List<Integer> heard = new ArrayList<>();

        Envelope.open(ByteBuffer.wrap(envelope), (since, message) -> {
            int what = message.get();
            if (what == 1) {
                throw new OutOfMemoryError("planned");
            }
            heard.add(what);
        });

        assertThat(heard).containsExactly(2, 3);
    }

    @Test
    void anyBytesCanBeOpened() {
        Random random = new Random(4);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            for (int at = 8; at + 4 < bytes.length && random.nextBoolean(); at += 4) {
                Arrays.fill(bytes, at, at + 3, (byte) 0); // a length that may be one
            }

            open(bytes);

            assertThat(opened.size()).isLessThanOrEqualTo(15);
        }
    }
}
