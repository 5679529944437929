package io.github.inparallel.pool;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

/**
 * Reads what a process prints: every line goes to the log, the last ones are kept for when it dies. Reads on whatever it
 * prints, so that a full pipe never stops a worker. Lines are cut, so memory is bounded.
 */
final class OutputTail implements Runnable {

    private static final int KEPT = 50;
    private static final int LONGEST = 4096;

    private final InputStream stream;
    private final Logger log;
    private final String prefix;
    private final Deque<String> lines = new ArrayDeque<>(); // guarded by itself
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    OutputTail(InputStream stream, Logger log, String prefix) {
        this.stream = stream;
        this.log = log;
        this.prefix = prefix;
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
        } catch (IOException e) {
            log.debug("{}: its output cannot be read", prefix, e);
        } finally {
            end.complete(null);
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
        log.info("{}: {}", prefix, text);
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
