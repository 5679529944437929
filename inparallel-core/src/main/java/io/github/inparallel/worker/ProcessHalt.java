package io.github.inparallel.worker;

import io.github.inparallel.protocol.WorkerJvm;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Ends this process, its descendants first: nobody else would. */
final class ProcessHalt implements Halt {

    private static final long LAST_WORDS_MILLIS = 1_000;

    private volatile boolean underWay;

    @Override
    public void now(int exitCode) {
        try {
            if (exitCode == WorkerJvm.PARENT_GONE) {
                // Nobody else will look for what a task starts while its programs are killed one after another. Not
                // otherwise: at the end of a training run the JVM starts one that makes the archive.
                ProgramStarts.prevent();
            }
            endDescendants();
        } finally {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    @Override
    public void now(int exitCode, String words, @Nullable Throwable cause) {
        try {
            // On a thread of its own: nobody may read, and the exception may be a task's.
            Thread speaker = new Thread(null, () -> say(words, cause), "inparallel-last-words", 0, false);
            speaker.setDaemon(true);
            speaker.start();
            speaker.join(LAST_WORDS_MILLIS);
        } catch (Throwable e) {
            // the exit code says it too
        } finally {
            now(exitCode);
        }
    }

    private static void say(String words, @Nullable Throwable cause) {
        // Not System.err, which a task may have replaced.
        PrintStream stderr = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
        stderr.println("Worker ends: " + words);
        if (cause != null) {
            cause.printStackTrace(stderr);
        }
    }

    private void endDescendants() {
        underWay = true; // before any of them ends
        Descendants.endAll();
    }

    @Override
    public boolean isUnderWay() {
        return underWay;
    }

    @Override
    public boolean endsProcess() {
        return true;
    }

    @Override
    public void onExit(Runnable callback, long graceMillis) {
        Runtime.getRuntime().addShutdownHook(new Thread(callback, "inparallel-exit"));
        ExitGrace.install(graceMillis, this::endDescendants);
    }
}
