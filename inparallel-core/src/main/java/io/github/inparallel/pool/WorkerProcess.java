package io.github.inparallel.pool;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A worker as the operating system sees it. Thread-safe. */
public interface WorkerProcess {

    long pid();

    /** Completes with the exit code when the process has ended. */
    CompletableFuture<Integer> exit();

    /** Completes when everything that the process wrote to its standard error has been read. */
    CompletableFuture<Void> outputEnd();

    /** Ends the process and its descendants, children first, now. */
    void kill();

    /** The last lines that it printed to its standard error, else to its standard output; oldest first. */
    List<String> lastLines();

    /** The last lines that it printed to its standard output, oldest first; none unless that is told apart. */
    default List<String> standardOutput() {
        return List.of();
    }

    /** The last lines that it printed to its standard error, oldest first. */
    default List<String> standardError() {
        return lastLines();
    }

    /** Whether one of the last lines that it printed anywhere contains the text. */
    boolean hasPrinted(String text);

    /** Resident bytes; empty if that is not known. It must be quick: the supervisor asks each few seconds. */
    OptionalLong residentMemory();
}
