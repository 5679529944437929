package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTests {

    private static Frame result(String payload) {
        return new Frame(FrameType.RESULT, 1, HexFormat.of().parseHex(payload));
    }

    @ParameterizedTest
    @CsvSource({
        "258, 00 00 01 02",
        "0, 00 00 00 00",
        "-5, 00 00 00 00",
        "2147483647, 7f ff ff ff",
        "2147483648, 7f ff ff ff",
        "9223372036854775807, 7f ff ff ff"
    })
    void timeComesBeforeTheResult(long nanos, String time) {
        Frame.Outgoing sent = Answer.encode(2, nanos, new byte[] {9}, null);

        assertThat(HexFormat.ofDelimiter(" ").formatHex(sent.first().array()))
                .isEqualTo("00 00 00 0e 06 00 00 00 00 00 00 00 02 " + time + " 09");
    }

    @ParameterizedTest
    @CsvSource({"00000000, 0", "00000102, 258", "0000010209, 258", "7fffffff, 2147483647"})
    void timeIsRead(String payload, int nanos) throws ProtocolException {
        assertThat(Answer.nanos(result(payload))).isEqualTo(nanos);
    }

    @Test
    void timeThatIsNotThereOrCannotBeIsRefused() {
        assertThatThrownBy(() -> Answer.nanos(result("000001")))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("result of 3 bytes");
        assertThatThrownBy(() -> Answer.nanos(result("ffffffff")))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a task that ran for -1ns");
    }
}
