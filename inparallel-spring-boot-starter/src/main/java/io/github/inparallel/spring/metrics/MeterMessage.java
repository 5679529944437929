package io.github.inparallel.spring.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker tells of its meters: entries, each a kind, the number of a meter, and more. A meter is defined before its
 * number is used. Confined to one thread.
 */
final class MeterMessage {

    static final byte DEFINE = 1;
    static final byte REMOVE = 2;
    static final byte ADD = 3;
    static final byte RECORD = 4;
    static final byte SET = 5;

    private static final int LONGEST_TEXT = 1_000;
    private static final int MOST_TAGS = 100;
    private static final int MOST_BOUNDARIES = 200;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** Kinds of meters that the application is told of. */
    enum Kind {
        COUNTER,
        TIMER,
        SUMMARY,
        GAUGE,
        TIME_GAUGE
    }

    /**
     * A meter of a worker.
     *
     * @param histogram whether it has a percentile histogram, as its code says
     * @param percentiles that its code asks for; null if it asks for none
     * @param objectives boundaries that its code sets; null if it sets none
     */
    record Definition(
            Kind kind,
            String name,
            @Nullable String unit,
            @Nullable String description,
            Tags tags,
            boolean histogram,
            double @Nullable [] percentiles,
            double @Nullable [] objectives) {

        static Definition of(Kind kind, Meter.Id id, @Nullable DistributionStatisticConfig config) {
            return of(kind, id, id.getName(), id.getBaseUnit(), config);
        }

        static Definition of(
                Kind kind,
                Meter.Id id,
                String name,
                @Nullable String unit,
                @Nullable DistributionStatisticConfig config) {
            return new Definition(
                    kind,
                    name,
                    unit,
                    id.getDescription(),
                    Tags.of(id.getTags()),
                    config != null && Boolean.TRUE.equals(config.isPercentileHistogram()),
                    config == null ? null : config.getPercentiles(),
                    config == null ? null : config.getServiceLevelObjectiveBoundaries());
        }
    }

    /** Writes an entry. */
    private interface Entry {
        void write() throws IOException;
    }

    private void write(byte entry, int number, Entry rest) {
        try {
            out.writeByte(entry);
            out.writeInt(number);
            rest.write();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    void define(int number, Definition meter) {
        write(DEFINE, number, () -> {
            out.writeByte(meter.kind.ordinal());
            text(meter.name);
            text(meter.unit);
            text(meter.description);
            List<Tag> tags = meter.tags.stream().limit(MOST_TAGS).toList();
            out.writeByte(tags.size());
            for (Tag tag : tags) {
                text(tag.getKey());
                text(tag.getValue());
            }
            out.writeBoolean(meter.histogram);
            numbers(meter.percentiles);
            numbers(meter.objectives);
        });
    }

    void remove(int number) {
        write(REMOVE, number, () -> {});
    }

    void add(int number, double amount) {
        write(ADD, number, () -> out.writeDouble(amount));
    }

    void set(int number, double value) {
        write(SET, number, () -> out.writeDouble(value));
    }

    void record(int number, Amounts.Taken amounts) {
        write(RECORD, number, () -> {
            out.writeDouble(amounts.largest());
            out.writeInt(amounts.buckets().size());
            for (Map.Entry<Integer, Amounts.Bucket> each : amounts.buckets().entrySet()) {
                out.writeLong(each.getValue().count());
                out.writeDouble(each.getValue().sum());
            }
        });
    }

    private void text(@Nullable String text) throws IOException {
        out.writeUTF(text == null ? "" : text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT));
    }

    private void numbers(double @Nullable [] numbers) throws IOException {
        int count = numbers == null ? 0 : Math.min(numbers.length, MOST_BOUNDARIES);
        out.writeShort(count);
        for (int i = 0; i < count && numbers != null; i++) {
            out.writeDouble(numbers[i]);
        }
    }

    int size() {
        return bytes.size();
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    // ---- reading

    static Definition readDefinition(DataInputStream in) throws IOException {
        Kind kind = Kind.values()[in.readByte()];
        String name = in.readUTF();
        String unit = in.readUTF();
        String description = in.readUTF();
        List<Tag> tags = new ArrayList<>();
        for (int i = in.readByte(); i > 0; i--) {
            tags.add(Tag.of(in.readUTF(), in.readUTF()));
        }
        return new Definition(
                kind,
                name,
                unit.isEmpty() ? null : unit,
                description.isEmpty() ? null : description,
                Tags.of(tags),
                in.readBoolean(),
                readNumbers(in),
                readNumbers(in));
    }

    private static double @Nullable [] readNumbers(DataInputStream in) throws IOException {
        int count = in.readShort();
        if (count <= 0) {
            return null;
        }
        double[] numbers = new double[Math.min(count, MOST_BOUNDARIES)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = in.readDouble();
        }
        return numbers;
    }
}
