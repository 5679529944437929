package io.github.inparallel.pool.process;

import io.github.inparallel.pool.runtime.Log;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Reads what a process prints: every line is handed on, the last ones are kept for when it dies. Reads on whatever it
 * prints, so that a full pipe never stops a worker. Lines are cut, so memory is bounded.
 */
final class OutputTail implements Runnable {

    private static final Log log = Log.of(OutputTail.class);

    private static final int KEPT = 50;
    private static final int LONGEST = 4096;

    private final InputStream stream;
    private final Consumer<String> printed;
    private final Deque<String> lines = new ArrayDeque<>(); // guarded by itself
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /** @param printed gets each line */
    OutputTail(InputStream stream, Consumer<String> printed) {
        this.stream = stream;
        this.printed = printed;
    }

    @Override
    public void run() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, Charset.defaultCharset()))) {
            StringBuilder line = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n') {
                    add(line);
                } else if (c != '\r' && line.length() < LONGEST) {
                    line.append((char) c);
                }
            }
            if (line.length() > 0) {
                add(line);
            }
        } catch (Throwable e) {
            // The stream is closed then: a process that prints on gets an error, and does not stand still.
            log.debug("A worker's output cannot be read", e);
        } finally {
            end.complete(null);
        }
    }

    private void tell(String line) {
        try {
            printed.accept(line);
        } catch (Throwable e) {
            log.debug("A line of a worker's output could not be handed on", e);
        }
    }

    private void add(StringBuilder line) {
        String text = line.toString();
        line.setLength(0);
        synchronized (lines) {
            if (lines.size() == KEPT) {
                lines.removeFirst();
            }
            lines.addLast(text);
        }
        tell(text);
    }

    CompletableFuture<Void> end() {
        return end;
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }
}
