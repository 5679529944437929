package io.github.inparallel.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * Of which classes the objects of a worker are.
 *
 * @param failure why that is not known; empty if it is
 * @param instances number of all objects
 * @param bytes of all objects
 * @param classes those with most bytes, in order
 */
public record HeapHistogram(String failure, long instances, long bytes, List<Row> classes) {

    /** One class. */
    public record Row(long instances, long bytes, String name) {}

    public HeapHistogram {
        classes = List.copyOf(classes);
    }

    public static HeapHistogram failed(String why) {
        return new HeapHistogram(why, 0, 0, List.of());
    }

    public Frame toFrame() {
        return new Frame(FrameType.COUNTED, 0, Wire.write(out -> {
            Wire.writeText(out, failure, WireLimit.HEAP_FAILURE);
            out.writeLong(instances);
            out.writeLong(bytes);
            int rows = Math.min(classes.size(), WireLimit.HEAP_CLASSES.most());
            out.writeInt(rows);
            for (Row row : classes.subList(0, rows)) {
                out.writeLong(row.instances);
                out.writeLong(row.bytes);
                Wire.writeText(out, row.name, WireLimit.HEAP_CLASS_NAME);
            }
        }));
    }

    /** @throws ProtocolException if the frame is malformed */
    public static HeapHistogram of(Frame frame) throws ProtocolException {
        return Wire.read(frame.payload(), in -> {
            String failure = Wire.readText(in, WireLimit.HEAP_FAILURE);
            long instances = number(in.readLong());
            long bytes = number(in.readLong());
            int rows = WireLimit.HEAP_CLASSES.checked(in.readInt());
            List<Row> classes = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                classes.add(new Row(
                        number(in.readLong()), number(in.readLong()), Wire.readText(in, WireLimit.HEAP_CLASS_NAME)));
            }
            return new HeapHistogram(failure, instances, bytes, classes);
        });
    }

    private static long number(long number) throws ProtocolException {
        if (number < 0) {
            throw new ProtocolException("a heap with " + number + " objects or bytes");
        }
        return number;
    }
}
