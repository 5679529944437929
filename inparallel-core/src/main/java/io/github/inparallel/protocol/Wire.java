package io.github.inparallel.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the fields of frames are written. Lengths are checked against what is there before anything is allocated; what a
 * worker says is checked against its {@link WireLimit} too.
 */
final class Wire {

    private static final char REPLACEMENT = '\ufffd';

    private static final long LATEST = 253_402_300_799_999L; // the end of the year 9999

    private Wire() {}

    /** Writes fields one after another. */
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads fields one after another. */
    interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    static byte[] write(Writer fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            fields.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    static <T> T read(byte[] payload, Reader<T> fields) throws ProtocolException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
            T read = fields.read(in);
            if (in.available() > 0) {
                throw new ProtocolException(in.available() + " of " + payload.length + " bytes mean nothing");
            }
            return read;
        } catch (ProtocolException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new ProtocolException("malformed payload of " + payload.length + " bytes: " + e);
        }
    }

    static void writeString(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A text of the parent's, which is believed in what it says. */
    static String readString(DataInputStream in) throws IOException {
        return text(readBytes(in));
    }

    /** Characters that are none become question marks. */
    static void writeText(DataOutputStream out, String text, WireLimit limit) throws IOException {
        writeString(out, limit.cut(text));
    }

    static String readText(DataInputStream in, WireLimit limit) throws IOException {
        return text(readBytes(in, limit));
    }

    /** @throws ProtocolException if it is no UTF-8: what we write always is */
    private static String text(byte[] bytes) throws ProtocolException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw new ProtocolException("text of " + bytes.length + " bytes that is no UTF-8");
        }
        return text;
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new ProtocolException("field of " + length + " bytes, " + in.available() + " there");
        }
        return in.readNBytes(length);
    }

    /** In milliseconds of the epoch. */
    static long readTime(DataInputStream in) throws IOException {
        long millis = in.readLong();
        if (millis < -LATEST || millis > LATEST) {
            throw new ProtocolException("time of " + millis);
        }
        return millis;
    }

    static byte[] readBytes(DataInputStream in, WireLimit limit) throws IOException {
        int length = limit.checked(in.readInt());
        if (length > in.available()) {
            throw new ProtocolException(limit + " of " + length + " bytes, " + in.available() + " there");
        }
        return in.readNBytes(length);
    }

    /** The first of them, and how many more there are. */
    static void writeLines(DataOutputStream out, List<String> lines, WireLimit count, WireLimit line)
            throws IOException {
        int most = lines.size() > count.most() ? count.most() - 1 : lines.size();
        out.writeInt(most == lines.size() ? most : most + 1);
        for (String each : lines.subList(0, most)) {
            writeText(out, each, line);
        }
        if (most < lines.size()) {
            writeText(out, "and " + (lines.size() - most) + " more", line);
        }
    }

    static List<String> readLines(DataInputStream in, WireLimit count, WireLimit line) throws IOException {
        int size = count.checked(in.readInt());
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            lines.add(readText(in, line));
        }
        return lines;
    }

    static void writeStrings(DataOutputStream out, List<String> strings) throws IOException {
        out.writeInt(strings.size());
        for (String string : strings) {
            writeString(out, string);
        }
    }

    static List<String> readStrings(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > in.available()) {
            throw new ProtocolException("list of " + size + " strings");
        }
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            strings.add(readString(in));
        }
        return strings;
    }

    static void writeMap(DataOutputStream out, Map<String, String> map) throws IOException {
        out.writeInt(map.size());
        for (Map.Entry<String, String> entry : map.entrySet()) {
            writeString(out, entry.getKey());
            writeString(out, entry.getValue());
        }
    }

    static Map<String, String> readMap(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > in.available()) {
            throw new ProtocolException("map of " + size + " entries");
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            map.put(readString(in), readString(in));
        }
        return map;
    }
}
