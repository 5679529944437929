package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.protocol.TaskRequest.Address;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskRequestTests {

    private static final Address ADDRESS = Address.of("ocr", "read()");

    private static byte[] head(Map<String, String> attributes) {
        return new TaskRequest(ADDRESS, 5_000, attributes).toBytes();
    }

    private static byte[] withInt(int at, int value) {
        return ByteBuffer.wrap(head(Map.of())).putInt(at, value).array();
    }

    // ---- what crosses

    @Test
    void looksSoOnTheWire() {
        byte[] head = new TaskRequest(Address.of("a", "b"), 258, Map.of("k", "v")).toBytes();

        assertThat(HexFormat.ofDelimiter(" ").formatHex(head))
                .isEqualTo("00 00 00 28 00 00 00 0a 00 00 00 01 61 00 00 00 01 62 00 00 00 00 00 00 01 02"
                        + " 00 00 00 01 00 00 00 01 6b 00 00 00 01 76");
        assertThat(HexFormat.ofDelimiter(" ").formatHex(new TaskRequest(Address.of("", ""), 0, Map.of()).toBytes()))
                .isEqualTo("00 00 00 1c 00 00 00 08 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    }

    @Test
    void crosses() throws ProtocolException {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("z", "1");
        attributes.put("a", "");

        TaskRequest read = TaskRequest.of(head(attributes), null);

        assertThat(read.address().target()).isEqualTo("ocr");
        assertThat(read.address().method()).isEqualTo("read()");
        assertThat(read.address().bytes()).isEqualTo(ADDRESS.bytes());
        assertThat(read.timeoutMillis()).isEqualTo(5_000);
        assertThat(read.attributes()).containsExactlyEntriesOf(attributes);
        assertThat(TaskRequest.of(head(Map.of()), null).attributes()).isEmpty();
    }

    @Test
    void argumentsFollow() throws ProtocolException {
        byte[] head = head(Map.of("k", "v"));
        byte[] payload = Arrays.copyOf(head, head.length + 100);

        assertThat(TaskRequest.argumentsOffset(payload)).isEqualTo(head.length);
        assertThat(TaskRequest.argumentsOffset(head)).isEqualTo(head.length);
        assertThat(TaskRequest.of(payload, null).attributes()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void addressIsDecodedOnlyIfItIsAnother() throws ProtocolException {
        byte[] head = head(Map.of());

        assertThat(TaskRequest.of(head, ADDRESS).address()).isSameAs(ADDRESS);
        for (Address other : new Address[] {Address.of("ocr", "read(x)"), Address.of("oc", "read()")}) {
            assertThat(TaskRequest.of(head, other).address().target()).isEqualTo("ocr");
            assertThat(TaskRequest.of(head, other).address().method()).isEqualTo("read()");
        }
    }

    // ---- what is refused

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void headThatIsNotWithinItsPayloadIsRefused(int length) {
        byte[] payload = withInt(0, length);

        assertThatThrownBy(() -> TaskRequest.argumentsOffset(payload))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("task head of " + length + " bytes in " + payload.length);
    }

    @Test
    void payloadThatIsTooShortForAHeadIsRefused() throws ProtocolException {
        assertThatThrownBy(() -> TaskRequest.argumentsOffset(new byte[3]))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("task head of -1 bytes in 3");
        assertThat(TaskRequest.argumentsOffset(new byte[] {0, 0, 0, 4})).isEqualTo(4);
        assertThatThrownBy(() -> TaskRequest.argumentsOffset(new byte[] {0, 0, 0, 5}))
                .hasMessage("task head of 5 bytes in 4");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7, 8, 15})
    void headWithoutRoomForAnAddressIsRefused(int length) {
        byte[] payload = Arrays.copyOf(withInt(0, length), length);

        assertThatThrownBy(() -> TaskRequest.of(payload, null))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("address of " + (length < 8 ? -1 : 17) + " bytes in a task head of " + length);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 22, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void addressThatIsNotWithinItsHeadIsRefused(int length) {
        byte[] payload = withInt(4, length);
        assertThat(payload).hasSize(8 + 17 + 8 + 4);

        assertThatThrownBy(() -> TaskRequest.of(payload, null))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("address of " + length + " bytes in a task head of 37");
    }

    @Test
    void addressOfNothingIsMalformed() {
        assertThatThrownBy(() -> TaskRequest.of(withInt(4, 0), null))
                .isInstanceOf(ProtocolException.class)
                .hasMessageStartingWith("malformed payload of 0 bytes");
    }

    @Test
    void headWithoutAttributesIsRefused() {
        byte[] payload = Arrays.copyOf(withInt(0, 33), 33);

        assertThatThrownBy(() -> TaskRequest.of(payload, ADDRESS))
                .isInstanceOf(ProtocolException.class)
                .hasMessageStartingWith("malformed payload of 0 bytes");
    }

    @Test
    void headIsReadAsAWholeOrNotAtAll() {
        byte[] head = head(Map.of("k", "v"));
        for (int length = 0; length < head.length; length++) {
            byte[] cut = Arrays.copyOf(head, length);
            if (length >= 4) {
                ByteBuffer.wrap(cut).putInt(0, length);
            }
            assertThatThrownBy(() -> TaskRequest.of(cut, null))
                    .as("%d of %d bytes", length, head.length)
                    .isInstanceOf(ProtocolException.class);
        }
    }
}
