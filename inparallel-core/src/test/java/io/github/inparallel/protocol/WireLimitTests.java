package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that lies about each thing that has a limit, and an honest one that says as much as it can. */
class WireLimitTests {

    private static void text(DataOutputStream out, int bytes) throws IOException {
        Wire.writeBytes(out, "x".repeat(bytes).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static void texts(DataOutputStream out, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            text(out, 1);
        }
    }

    /** Too many bytes for it, or one too many. */
    private static int tooMuch(WireLimit limit) {
        return switch (limit) {
            case STACK_FRAMES, LOG_CONTEXT, REPORT_LINES, HEAP_CLASSES, HELLO, MESSAGE, EXCEPTION, TOLD ->
                limit.most() + 1;
            default -> 3 * limit.most() + 1;
        };
    }

    /** Sends so much of the limited thing, and all else in order. */
    private static void read(WireLimit limit, int amount) throws IOException {
        switch (limit) {
            case HELLO, MESSAGE, EXCEPTION, TOLD, THREAD_DUMP -> limit.checked(amount);
            case SECRET ->
                Hello.of(new Frame(FrameType.HELLO, 0, Wire.write(out -> {
                    out.writeInt(Hello.VERSION);
                    out.writeInt(1);
                    out.writeInt(0);
                    out.writeLong(1);
                    text(out, amount);
                })));
            case PROGRESS_MESSAGE ->
                ProgressReport.of(new Frame(FrameType.PROGRESS, 0, Wire.write(out -> {
                    out.writeDouble(0.5);
                    text(out, amount);
                    out.writeLong(1);
                })));
            case STACK_FRAMES, STACK_NAME ->
                Inspection.of(new Frame(FrameType.INSPECTED, 0, Wire.write(out -> {
                    int frames = limit == WireLimit.STACK_FRAMES ? amount : 1;
                    out.writeLong(1);
                    out.writeInt(frames);
                    for (int i = 0; i < frames; i++) {
                        texts(out, 2);
                        text(out, limit == WireLimit.STACK_NAME ? amount : 1);
                        out.writeInt(1);
                    }
                })));
            case LOG_LEVEL, LOGGER_NAME, LOG_THREAD, LOG_MESSAGE, LOG_CONTEXT, LOG_CONTEXT_KEY, LOG_CONTEXT_VALUE ->
                LogEvent.of(new Frame(FrameType.LOG, 0, Wire.write(out -> {
                    out.writeLong(1);
                    for (WireLimit each : List.of(
                            WireLimit.LOG_LEVEL, WireLimit.LOGGER_NAME, WireLimit.LOG_THREAD, WireLimit.LOG_MESSAGE)) {
                        text(out, each == limit ? amount : 1);
                    }
                    int context = limit == WireLimit.LOG_CONTEXT ? amount : 1;
                    out.writeInt(context);
                    for (int i = 0; i < context; i++) {
                        text(out, limit == WireLimit.LOG_CONTEXT_KEY ? amount : 1);
                        text(out, limit == WireLimit.LOG_CONTEXT_VALUE ? amount : 1);
                    }
                    out.writeInt(0);
                })));
            case REPORT_LINES, REPORT_LINE ->
                WorkerReport.of(new Frame(FrameType.REPORT, 0, Wire.write(out -> {
                    int lines = limit == WireLimit.REPORT_LINES ? amount : 1;
                    out.writeInt(0);
                    out.writeInt(0);
                    out.writeInt(lines);
                    for (int i = 0; i < lines; i++) {
                        text(out, limit == WireLimit.REPORT_LINE ? amount : 0);
                    }
                })));
            case HEAP_FAILURE, HEAP_CLASSES, HEAP_CLASS_NAME ->
                HeapHistogram.of(new Frame(FrameType.COUNTED, 0, Wire.write(out -> {
                    int classes = limit == WireLimit.HEAP_CLASSES ? amount : 1;
                    text(out, limit == WireLimit.HEAP_FAILURE ? amount : 0);
                    out.writeLong(1);
                    out.writeLong(1);
                    out.writeInt(classes);
                    for (int i = 0; i < classes; i++) {
                        out.writeLong(1);
                        out.writeLong(1);
                        text(out, limit == WireLimit.HEAP_CLASS_NAME ? amount : 1);
                    }
                })));
            default -> throw new AssertionError("how is " + limit + " tested?");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatExceedsItsLimitIsRefused(WireLimit limit) {
        assertThatCode(() -> read(limit, 0)).doesNotThrowAnyException();
        assertThatCode(() -> read(limit, tooMuch(limit) - 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> read(limit, tooMuch(limit)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(limit.name());
    }

    @Test
    void textIsCutBetweenCharacters() {
        WireLimit limit = WireLimit.LOG_LEVEL;
        String smile = Character.toString(0x1f600);

        assertThat(limit.cut("x".repeat(15))).isEqualTo("x".repeat(15));
        assertThat(limit.cut("x".repeat(16))).isEqualTo("x".repeat(16));
        assertThat(limit.cut("x".repeat(17))).isEqualTo("x".repeat(16));
        assertThat(limit.cut("x".repeat(14) + smile + "x")).isEqualTo("x".repeat(14) + smile);
        assertThat(limit.cut("x".repeat(15) + smile)).isEqualTo("x".repeat(15));
        assertThat(limit.cut("x".repeat(16) + smile)).isEqualTo("x".repeat(16));
    }

    @Test
    void limitIsSaidInBytesOrPieces() throws ProtocolException {
        assertThat(WireLimit.HEAP_CLASSES.checked(50)).isEqualTo(50);
        assertThat(WireLimit.TOLD.checked(1 << 20)).isEqualTo(1 << 20);
        assertThat(WireLimit.LOG_LEVEL.checked(48)).isEqualTo(48);
        assertThatThrownBy(() -> WireLimit.HEAP_CLASSES.checked(51))
                .hasMessage("HEAP_CLASSES of 51 (expected: at most 50)");
        assertThatThrownBy(() -> WireLimit.LOG_LEVEL.checked(49)).hasMessage("LOG_LEVEL of 49 (expected: at most 48)");
        assertThatThrownBy(() -> WireLimit.TOLD.checked(-1)).hasMessage("TOLD of -1 (expected: at most 1048576)");
    }

    static Stream<byte[]> lies() {
        return Stream.of(
                // a log event whose counts are negative, or above what is there
                Wire.write(out -> {
                    out.writeLong(1);
                    texts(out, 4);
                    out.writeInt(-1);
                }),
                Wire.write(out -> {
                    out.writeLong(1);
                    texts(out, 4);
                    out.writeInt(200);
                }),
                Wire.write(out -> {
                    out.writeLong(1);
                    texts(out, 4);
                    out.writeInt(0);
                    out.writeInt(Integer.MIN_VALUE);
                }),
                Wire.write(out -> {
                    out.writeLong(1);
                    out.writeInt(10);
                    out.writeInt(7);
                }),
                // no time
                Wire.write(out -> {
                    out.writeLong(Long.MIN_VALUE);
                    texts(out, 4);
                    out.writeInt(0);
                    out.writeInt(0);
                }),
                // no UTF-8
                Wire.write(out -> {
                    out.writeLong(1);
                    texts(out, 3);
                    Wire.writeBytes(out, new byte[] {'a', (byte) 0xc3});
                    out.writeInt(0);
                    out.writeInt(0);
                }),
                // more than it is
                Wire.write(out -> {
                    out.writeLong(1);
                    texts(out, 4);
                    out.writeInt(0);
                    out.writeInt(0);
                    out.writeByte(0);
                }),
                new byte[0]);
    }

    @ParameterizedTest
    @MethodSource("lies")
    void whatIsMalformedIsRefused(byte[] payload) {
        assertThatThrownBy(() -> LogEvent.of(new Frame(FrameType.LOG, 0, payload)))
                .isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -0.001, 1.001, Double.POSITIVE_INFINITY})
    void progressThatIsNoFractionIsRefused(double fraction) {
        Frame frame = new ProgressReport(fraction, "m", 1).toFrame(1);
        assertThatThrownBy(() -> ProgressReport.of(frame)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void timesThatCannotBeAreRefused() {
        Frame result =
                new Frame(FrameType.RESULT, 1, ByteBuffer.allocate(4).putInt(-1).array());
        assertThatThrownBy(() -> Answer.nanos(result)).isInstanceOf(ProtocolException.class);
        Frame inspected = new Inspection(Long.MAX_VALUE, List.of()).toFrame(1);
        assertThatThrownBy(() -> Inspection.of(inspected)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void theReplacementCharacterItselfIsNoFault() throws IOException {
        ProgressReport report = new ProgressReport(0.5, "a \ufffd b", 1);
        assertThat(ProgressReport.of(report.toFrame(1))).isEqualTo(report);
    }

    // ---- an honest worker

    /** Of any length and any characters, halves of some among them. */
    private static String text(Random random) {
        int[] characters = {'a', 0, '\n', 0xe4, 0x20ac, 0x1f600, 0xd83d, 0xde00, 0xfffd};
        int character = characters[random.nextInt(characters.length)];
        String repeated = "z".repeat(random.nextInt(2)) + Character.toString(character);
        return repeated.repeat(random.nextInt(4) == 0 ? random.nextInt(1_100_000) : random.nextInt(5_000));
    }

    @RepeatedTest(20)
    void whatAnHonestWorkerSaysIsAlwaysRead(RepetitionInfo seed) throws IOException {
        Random random = new Random(seed.getCurrentRepetition());
        Map<String, String> context = new HashMap<>();
        for (int i = random.nextInt(400); i > 0; i--) {
            context.put(random.nextInt(50) == 0 ? null : "key " + i, random.nextInt(5) == 0 ? null : "value");
        }
        context.put(text(random), text(random));
        LogEvent event = new LogEvent(
                random.nextInt(), text(random), text(random), text(random), text(random), context, new byte[10]);
        assertThat(LogEvent.of(event.toFrame()).mdc()).hasSizeLessThanOrEqualTo(WireLimit.LOG_CONTEXT.most());
        ProgressReport.of(new ProgressReport(random.nextDouble(), text(random), random.nextInt()).toFrame(1));
        Inspection.of(new Inspection(
                        random.nextInt(),
                        Collections.nCopies(
                                random.nextInt(2_000),
                                new StackTraceElement("type".repeat(random.nextInt(500)), "method", null, 1)))
                .toFrame(1));
        List<String> lines = IntStream.range(0, random.nextInt(20_000))
                .mapToObj(Integer::toString)
                .toList();
        WorkerReport report =
                WorkerReport.of(new WorkerReport(lines, List.of(text(random)), List.of("last")).toFrame());
        assertThat(report.created()).hasSizeLessThanOrEqualTo(WireLimit.REPORT_LINES.most());
        assertThat(report.created().size() == lines.size()
                        || report.created().get(report.created().size() - 1).endsWith(" more"))
                .isTrue();
        assertThat(report.warnings()).containsExactly("last");
    }
}
