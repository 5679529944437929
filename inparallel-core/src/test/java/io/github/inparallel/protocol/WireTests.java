package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of frames: how they look, and what is refused. */
class WireTests {

    private static String hex(Wire.Writer fields) {
        return HexFormat.ofDelimiter(" ").formatHex(Wire.write(fields));
    }

    private static <T> T read(String hex, Wire.Reader<T> fields) throws ProtocolException {
        return Wire.read(HexFormat.of().parseHex(hex.replace(" ", "")), fields);
    }

    private static void refused(String hex, Wire.Reader<?> fields, String message) {
        assertThatThrownBy(() -> read(hex, fields))
                .isInstanceOf(ProtocolException.class)
                .hasMessage(message);
    }

    // ---- payloads

    @Test
    void bytesThatMeanNothingAreRefused() throws ProtocolException {
        assertThat(Wire.<Byte>read(new byte[] {7}, in -> in.readByte())).isEqualTo((byte) 7);
        refused("07 08", in -> in.readByte(), "1 of 2 bytes mean nothing");
    }

    @Test
    void whateverGoesWrongIsAMalformedPayload() {
        refused("07", in -> in.readInt(), "malformed payload of 1 bytes: java.io.EOFException");
        refused(
                "07",
                in -> {
                    throw new IllegalArgumentException("no");
                },
                "malformed payload of 1 bytes: java.lang.IllegalArgumentException: no");
    }

    @Test
    void fieldsThatCannotBeWrittenFail() {
        assertThatThrownBy(() -> Wire.write(out -> {
                    throw new IOException("no");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no");
    }

    // ---- texts and bytes

    @Test
    void textIsItsLengthAndUtf8() throws ProtocolException {
        assertThat(hex(out -> Wire.writeString(out, "aä€"))).isEqualTo("00 00 00 06 61 c3 a4 e2 82 ac");
        assertThat(read("00 00 00 06 61 c3 a4 e2 82 ac", Wire::readString)).isEqualTo("aä€");
        assertThat(read("00 00 00 00", Wire::readString)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ff ff ff ff 61, -1, 1", "00 00 00 02 61, 2, 1", "7f ff ff ff, 2147483647, 0"})
    void lengthBeyondWhatIsThereIsRefused(String hex, int length, int there) {
        refused(hex, Wire::readString, "field of " + length + " bytes, " + there + " there");
        refused(hex, Wire::readBytes, "field of " + length + " bytes, " + there + " there");
    }

    @Test
    void lengthBeyondItsLimitOrWhatIsThereIsRefused() throws ProtocolException {
        Wire.Reader<String> level = in -> Wire.readText(in, WireLimit.LOG_LEVEL);

        assertThat(read("00 00 00 02 61 62", level)).isEqualTo("ab");
        refused("00 00 00 02 61", level, "LOG_LEVEL of 2 bytes, 1 there");
        refused("00 00 00 31 61", level, "LOG_LEVEL of 49 (expected: at most 48)");
        refused("ff ff ff ff 61", level, "LOG_LEVEL of -1 (expected: at most 48)");
    }

    @Test
    void textThatIsNoUtf8IsRefused() throws ProtocolException {
        refused("00 00 00 02 61 c3", Wire::readString, "text of 2 bytes that is no UTF-8");
        assertThat(read("00 00 00 03 ef bf bd", Wire::readString)).isEqualTo("\ufffd");
        assertThat(read("00 00 00 04 61 ef bf bd", Wire::readString)).isEqualTo("a\ufffd");
        refused("00 00 00 04 ef bf bd c3", Wire::readString, "text of 4 bytes that is no UTF-8");
    }

    @Test
    void textIsCutWhereItIsWritten() {
        assertThat(hex(out -> Wire.writeText(out, "x".repeat(17), WireLimit.LOG_LEVEL)))
                .isEqualTo("00 00 00 10" + " 78".repeat(16));
    }

    // ---- times

    @ParameterizedTest
    @ValueSource(longs = {-253_402_300_799_999L, -1, 0, 253_402_300_799_999L})
    void timesOfTenThousandYearsAreRead(long millis) throws ProtocolException {
        assertThat(Wire.<Long>read(Wire.write(out -> out.writeLong(millis)), Wire::readTime))
                .isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(longs = {-253_402_300_800_000L, 253_402_300_800_000L, Long.MIN_VALUE, Long.MAX_VALUE})
    void timesBeyondThemAreRefused(long millis) {
        assertThatThrownBy(() -> Wire.<Long>read(Wire.write(out -> out.writeLong(millis)), Wire::readTime))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("time of " + millis);
    }

    // ---- lists and maps

    @Test
    void listsAndMapsAreTheirSizeAndWhatIsInThem() throws ProtocolException {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("b", "1");
        map.put("a", "2");
        String strings = "00 00 00 02 00 00 00 01 62 00 00 00 01 61";
        String entries = "00 00 00 02 00 00 00 01 62 00 00 00 01 31 00 00 00 01 61 00 00 00 01 32";

        assertThat(hex(out -> Wire.writeStrings(out, List.of("b", "a")))).isEqualTo(strings);
        assertThat(hex(out -> Wire.writeMap(out, map))).isEqualTo(entries);
        assertThat(read(strings, Wire::readStrings)).containsExactly("b", "a");
        assertThat(read(entries, Wire::readMap)).containsExactlyEntriesOf(map);
        assertThat(read("00 00 00 00", Wire::readStrings)).isEmpty();
        assertThat(read("00 00 00 00", Wire::readMap)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ff ff ff ff 00, -1", "00 00 00 05 00 00 00 00, 5", "7f ff ff ff, 2147483647"})
    void sizeThatCannotBeIsRefused(String hex, int size) {
        refused(hex, Wire::readStrings, "list of " + size + " strings");
        refused(hex, Wire::readMap, "map of " + size + " entries");
    }

    @Test
    void sizeBeyondWhatIsThereIsRefused() {
        refused("00 00 00 04 00 00 00 00", Wire::readStrings, "malformed payload of 8 bytes: java.io.EOFException");
        refused("00 00 00 04 00 00 00 00", Wire::readMap, "malformed payload of 8 bytes: java.io.EOFException");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, ", "50, 50, 49", "51, 50, and 2 more", "60, 50, and 11 more"})
    void linesThatAreTooManyAreCounted(int given, int read, String last) throws ProtocolException {
        List<String> lines =
                IntStream.range(0, given).mapToObj(Integer::toString).toList();
        byte[] bytes = Wire.write(out -> Wire.writeLines(out, lines, WireLimit.HEAP_CLASSES, WireLimit.LOG_LEVEL));

        List<String> crossed = Wire.read(bytes, in -> Wire.readLines(in, WireLimit.HEAP_CLASSES, WireLimit.LOG_LEVEL));

        assertThat(crossed).hasSize(read);
        if (last != null) {
            assertThat(crossed.subList(0, 49)).isEqualTo(lines.subList(0, 49));
            assertThat(crossed.get(49)).isEqualTo(last);
        }
    }

    @Test
    void linesBeyondTheirLimitAreRefused() {
        refused(
                "00 00 00 33",
                in -> Wire.readLines(in, WireLimit.HEAP_CLASSES, WireLimit.LOG_LEVEL),
                "HEAP_CLASSES of 51 (expected: at most 50)");
    }
}
