package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a process prints, its lines are handed on and the last ones are kept. */
class OutputTailTests {

    private static final int KEPT = 50;
    private static final int LONGEST = 4096;

    private final List<String> printed = new ArrayList<>();

    private OutputTail read(InputStream stream, Consumer<String> listener) {
        OutputTail tail = new OutputTail(stream, listener);
        assertThat(tail.end()).isNotDone();
        tail.run();
        assertThat(tail.end()).isCompleted();
        return tail;
    }

    private OutputTail read(String text) {
        return read(new ByteArrayInputStream(text.getBytes(Charset.defaultCharset())), printed::add);
    }

    @Test
    void nothingPrintedIsNoLine() {
        assertThat(read("").lines()).isEmpty();
        assertThat(printed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"one\ntwo\n", "one\r\ntwo\r\n", "one\ntwo", "o\rne\ntwo\r"})
    void linesEndAsTheyDoOnAnyPlatformAndTheLastOneWithItsStream(String text) {
        assertThat(read(text).lines()).containsExactly("one", "two");
        assertThat(printed).containsExactly("one", "two");
    }

    @Test
    void generatedOutputIsHandedOnWholeAndItsEndIsKept() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            printed.clear();
            List<String> expected = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            for (int lines = random.nextInt(3 * KEPT); lines > 0; lines--) {
                String line = line(random);
                expected.add(line.substring(0, Math.min(line.length(), LONGEST)));
                text.append(line).append(random.nextInt(10) == 0 ? "\r\n" : "\n");
            }

            OutputTail tail = read(text.toString());

            assertThat(printed).as("seed %s, round %s", seed, round).isEqualTo(expected);
            assertThat(tail.lines())
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(expected.subList(Math.max(0, expected.size() - KEPT), expected.size()));
        }
    }

    private static String line(Random random) {
        int length = random.nextInt(20) == 0 ? LONGEST - 2 + random.nextInt(5) : random.nextInt(40);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < length; i++) {
            line.append((char) (' ' + random.nextInt(95)));
        }
        return line.toString();
    }

    @Test
    void lineWithoutEndIsCutAndTheRestIsReadOn() {
        String endless = "x".repeat(1 << 20);
        assertThat(read(endless + "\nnext\n").lines()).containsExactly("x".repeat(LONGEST), "next");
    }

    @Test
    void bytesThatAreNoTextAreReadAllTheSame() {
        byte[] bytes = new byte[10_000];
        new Random(7).nextBytes(bytes);
        bytes[bytes.length - 1] = '\n';
        assertThat(read(new ByteArrayInputStream(bytes), printed::add).lines()).isNotEmpty();
    }

    @Test
    void listenerThatFailsMissesOnlyWhatItFailedAt() {
        OutputTail tail = read(new ByteArrayInputStream("a\nb\nc\n".getBytes(Charset.defaultCharset())), line -> {
            if (line.equals("b")) {
                throw new StackOverflowError("planned");
            }
            printed.add(line);
        });
        assertThat(tail.lines()).containsExactly("a", "b", "c");
        assertThat(printed).containsExactly("a", "c");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamThatBreaksEndsWithWhatWasReadAndIsClosed(boolean error) {
        boolean[] closed = {false};
        InputStream broken = new InputStream() {
            private final byte[] text = "first\n".getBytes(Charset.defaultCharset());
            private int at;

            @Override
            public int read() throws IOException {
                if (at < text.length) {
                    return text[at++];
                }
                if (error) {
                    throw new OutOfMemoryError("planned");
                }
                throw new IOException("Stream closed");
            }

            @Override
            public int read(byte[] bytes, int from, int count) throws IOException {
                bytes[from] = (byte) read();
                return 1;
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };

        OutputTail tail = read(broken, printed::add);

        assertThat(tail.lines()).containsExactly("first");
        assertThat(closed[0]).isTrue();
    }

    @Test
    void linesAreACopyOfThatMoment() {
        List<List<String>> seen = new ArrayList<>();
        OutputTail[] tail = new OutputTail[1];
        tail[0] = new OutputTail(
                new ByteArrayInputStream("a\nb\n".getBytes(Charset.defaultCharset())),
                line -> seen.add(tail[0].lines()));
        tail[0].run();
        assertThat(seen).containsExactly(List.of("a"), List.of("a", "b"));
    }
}
