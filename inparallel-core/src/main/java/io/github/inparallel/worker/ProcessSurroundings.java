package io.github.inparallel.worker;

import io.github.inparallel.TaskContext;
import io.github.inparallel.platform.Procfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** What a worker process sets about itself in the operating system. All of it is best effort. */
final class ProcessSurroundings {

    private ProcessSurroundings() {}

    static void prepare() {
        try {
            TerminalSignals.ignore();
        } catch (LinkageError e) {
            // A Java installation without jdk.unsupported: then the parent's kill is what ends this worker.
        }
        preferOverParentWhenMemoryRunsShort();
    }

    /**
     * Signals that a terminal sends to the whole process group are the parent's to answer. An empty handler, not
     * {@code SIG_IGN}, which children of a task would inherit. A class of its own, so that only its use can fail.
     */
    private static final class TerminalSignals {

        private static final AtomicBoolean TOLD = new AtomicBoolean();

        /** No lambda: it would be the first of a starting worker, and linking that one takes it ten milliseconds. */
        private static final SignalHandler NOTHING = new SignalHandler() {
            @Override
            public void handle(Signal signal) {
                // The parent decides. Whoever sends this one expects an end, so he is told why there is none.
                if (signal.getName().equals("TERM") && TOLD.compareAndSet(false, true)) {
                    System.err.println("Worker " + System.getProperty(TaskContext.WORKER_PROPERTY)
                            + " ignores SIGTERM: the application ends its workers. Stop the application, or send"
                            + " SIGKILL to end this worker alone");
                }
            }
        };

        static void ignore() {
            for (String name : new String[] {"INT", "TERM", "HUP"}) {
                try {
                    Signal.handle(new Signal(name), NOTHING);
                } catch (IllegalArgumentException e) {
                    // Not on this platform, or the JVM runs with -Xrs: as above.
                }
            }
        }
    }

    /** Linux: the kernel takes a worker before it takes the application. */
    private static void preferOverParentWhenMemoryRunsShort() {
        try {
            Path adjustment = Procfs.self("oom_score_adj");
            if (Files.isWritable(adjustment)) {
                int present = Integer.parseInt(Files.readString(adjustment).trim());
                Files.writeString(adjustment, Integer.toString(Math.min(1000, present + 300)));
            }
        } catch (IOException | NumberFormatException e) {
            // Another platform, or a container that forbids it.
        }
    }
}
