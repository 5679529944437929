package io.github.inparallel.protocol;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker made of the application.
 *
 * @param created names of what exists when it is ready
 * @param heldBack what it did not do, each with its reason or its name
 * @param warnings what its users should know
 */
public record WorkerReport(List<String> created, List<String> heldBack, List<String> warnings) {

    /** Nothing to say. */
    public static final WorkerReport EMPTY = new WorkerReport(List.of(), List.of(), List.of());

    public WorkerReport {
        created = List.copyOf(created);
        heldBack = List.copyOf(heldBack);
        warnings = List.copyOf(warnings);
    }

    public Frame toFrame() {
        return new Frame(FrameType.REPORT, 0, Wire.write(out -> {
            write(out, created);
            write(out, heldBack);
            write(out, warnings);
        }));
    }

    /** @throws ProtocolException if the frame is malformed */
    public static WorkerReport of(Frame frame) throws ProtocolException {
        return Wire.read(frame.payload(), in -> new WorkerReport(read(in), read(in), read(in)));
    }

    private static void write(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            Wire.writeString(out, text);
        }
    }

    private static List<String> read(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > in.available()) {
            throw new ProtocolException("list of " + size + " entries");
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            texts.add(Wire.readString(in));
        }
        return texts;
    }
}
