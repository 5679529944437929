package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HelloTests {

    private final Hello hello = new Hello(Hello.VERSION, 3, Hello.LOG, 4711, "abc");

    @Test
    void crosses() throws ProtocolException {
        assertThat(Hello.of(hello.toFrame())).isEqualTo(hello);
    }

    @Test
    void looksSoOnTheWire() {
        Frame frame = hello.toFrame();

        assertThat(frame.type()).isEqualTo(FrameType.HELLO);
        assertThat(frame.taskId()).isZero();
        assertThat(HexFormat.ofDelimiter(" ").formatHex(frame.payload()))
                .isEqualTo("00 00 00 07 00 00 00 03 ff ff ff fe 00 00 00 00 00 00 12 67 00 00 00 03 61 62 63");
    }

    @Test
    void anotherFrameIsRefused() {
        Frame frame = new Frame(FrameType.LOG, 0, hello.toFrame().payload());

        assertThatThrownBy(() -> Hello.of(frame))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("expected a hello, got LOG");
    }
}
