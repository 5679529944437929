package io.github.inparallel.protocol;

import java.io.DataInputStream;
import java.io.IOException;
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
            Wire.writeLines(out, created, WireLimit.REPORT_LINES, WireLimit.REPORT_LINE);
            Wire.writeLines(out, heldBack, WireLimit.REPORT_LINES, WireLimit.REPORT_LINE);
            Wire.writeLines(out, warnings, WireLimit.REPORT_LINES, WireLimit.REPORT_LINE);
        }));
    }

    /** @throws ProtocolException if the frame is malformed */
    public static WorkerReport of(Frame frame) throws ProtocolException {
        return Wire.read(frame.payload(), in -> new WorkerReport(lines(in), lines(in), lines(in)));
    }

    private static List<String> lines(DataInputStream in) throws IOException {
        return Wire.readLines(in, WireLimit.REPORT_LINES, WireLimit.REPORT_LINE);
    }
}
