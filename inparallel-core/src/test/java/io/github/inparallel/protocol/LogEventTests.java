package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker logs on its way to the parent, and the levels on their way back. */
class LogEventTests {

    private static LogEvent event(Map<String, String> mdc) {
        return new LogEvent(-1, "WARN", "a.B", "main", "no", mdc, new byte[] {7});
    }

    @Test
    void crosses() throws ProtocolException {
        Map<String, String> mdc = new LinkedHashMap<>();
        mdc.put("z", "1");
        mdc.put("a", "2");

        LogEvent read = LogEvent.of(event(mdc).toFrame());

        assertThat(read.epochMillis()).isEqualTo(-1);
        assertThat(read.level()).isEqualTo("WARN");
        assertThat(read.logger()).isEqualTo("a.B");
        assertThat(read.thread()).isEqualTo("main");
        assertThat(read.message()).isEqualTo("no");
        assertThat(read.mdc()).containsExactlyEntriesOf(mdc);
        assertThat(read.throwable()).containsExactly(7);
    }

    @Test
    void looksSoOnTheWire() {
        Frame frame = new LogEvent(2, "L", "G", "T", "M", Map.of("k", "v"), new byte[] {7}).toFrame();

        assertThat(frame.type()).isEqualTo(FrameType.LOG);
        assertThat(frame.taskId()).isZero();
        assertThat(HexFormat.ofDelimiter(" ").formatHex(frame.payload()))
                .isEqualTo("00 00 00 00 00 00 00 02 00 00 00 01 4c 00 00 00 01 47 00 00 00 01 54 00 00 00 01 4d"
                        + " 00 00 00 01 00 00 00 01 6b 00 00 00 01 76 00 00 00 01 07");
    }

    @Test
    void anotherFrameIsRefused() {
        Frame frame = new Frame(FrameType.PING, 0, event(Map.of()).toFrame().payload());

        assertThatThrownBy(() -> LogEvent.of(frame))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("expected a log event, got PING");
    }

    @Test
    @SuppressWarnings("NullAway") // as some diagnostic contexts have it
    void contextThatIsNullIsLeftOut() throws ProtocolException {
        Map<String, String> mdc = new HashMap<>();
        mdc.put(null, "of nothing");
        mdc.put("nothing", null);
        mdc.put("key", "value");

        assertThat(LogEvent.of(event(mdc).toFrame()).mdc()).isEqualTo(Map.of("key", "value"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256, 257})
    void firstOfALargeContextCross(int entries) throws ProtocolException {
        Map<String, String> mdc = new LinkedHashMap<>();
        for (int i = 0; i < entries; i++) {
            mdc.put("key " + i, "value");
        }

        List<String> keys =
                new ArrayList<>(LogEvent.of(event(mdc).toFrame()).mdc().keySet());

        assertThat(keys).isEqualTo(new ArrayList<>(mdc.keySet()).subList(0, Math.min(entries, 256)));
    }

    @Test
    void whatPeopleReadIsCut() throws ProtocolException {
        String text = "x".repeat((1 << 20) + 1);

        LogEvent read = LogEvent.of(new LogEvent(1, text, text, text, text, Map.of(text, text), new byte[0]).toFrame());

        assertThat(read.level()).hasSize(16);
        assertThat(read.logger()).hasSize(512);
        assertThat(read.thread()).hasSize(512);
        assertThat(read.message()).hasSize(1 << 20);
        assertThat(read.mdc()).isEqualTo(Map.of("x".repeat(512), "x".repeat(64 << 10)));
    }

    @Test
    void levelsCross() throws ProtocolException {
        LogLevels levels = new LogLevels(Map.of("a.b", "DEBUG"));

        Frame frame = levels.toFrame();

        assertThat(LogLevels.of(frame)).isEqualTo(levels);
        assertThat(frame.type()).isEqualTo(FrameType.LEVELS);
        assertThat(HexFormat.ofDelimiter(" ").formatHex(frame.payload()))
                .isEqualTo("00 00 00 01 00 00 00 03 61 2e 62 00 00 00 05 44 45 42 55 47");
    }
}
