package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchDescriptionTests {

    private static final LaunchDescription DESCRIPTION = new LaunchDescription(
            "/s",
            "ocr",
            3,
            "control",
            "log",
            List.of("one", "two"),
            4,
            5,
            6,
            7,
            "CBOR",
            true,
            List.of("Ocr#read"),
            "a.Bootstrap",
            Map.of("setting", "s"),
            Map.of("property", "p"));

    @Test
    void crosses() throws ProtocolException {
        assertThat(LaunchDescription.of(DESCRIPTION.toBytes())).isEqualTo(DESCRIPTION);
    }

    @Test
    void looksSoOnTheWire() {
        byte[] bytes = new LaunchDescription(
                        "s",
                        "p",
                        1,
                        "c",
                        "",
                        List.of("x"),
                        2,
                        3,
                        4,
                        5,
                        "f",
                        true,
                        List.of(),
                        "b",
                        Map.of("k", "v"),
                        Map.of())
                .toBytes();

        assertThat(HexFormat.ofDelimiter(" ").formatHex(bytes))
                .isEqualTo("00 00 00 07 00 00 00 01 73 00 00 00 01 70 00 00 00 01 00 00 00 01 63 00 00 00 00"
                        + " 00 00 00 01 00 00 00 01 78"
                        + " 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 04 00 00 00 05"
                        + " 00 00 00 01 66 01 00 00 00 00 00 00 00 01 62"
                        + " 00 00 00 01 00 00 00 01 6b 00 00 00 01 76 00 00 00 00");
    }

    @Test
    void anotherReleaseIsRefused() {
        for (int version : new int[] {Hello.VERSION - 1, Hello.VERSION + 1, -1}) {
            byte[] bytes =
                    ByteBuffer.wrap(DESCRIPTION.toBytes()).putInt(0, version).array();

            assertThatThrownBy(() -> LaunchDescription.of(bytes))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessage("launch description of version " + version
                            + ", expected 7: parent and worker run different releases");
        }
    }

    @Test
    void descriptionIsReadAsAWholeOrNotAtAll() {
        byte[] bytes = DESCRIPTION.toBytes();
        for (int length = 0; length <= bytes.length + 1; length++) {
            byte[] other = Arrays.copyOf(bytes, length);
            if (length != bytes.length) {
                assertThatThrownBy(() -> LaunchDescription.of(other))
                        .as("%d of %d bytes", length, bytes.length)
                        .isInstanceOf(ProtocolException.class);
            }
        }
    }
}
