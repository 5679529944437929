package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.HeapHistogram;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A worker's control connection, and what has been said on it once. Confined to the supervisor's thread; never waits. */
@ConfinedToSupervisor
final class ControlConnection {

    private static final Log log = Log.of(ControlConnection.class);

    private final Deque<Frame> outbox = new ArrayDeque<>();
    private final Deque<CompletableFuture<String>> dumps = new ArrayDeque<>(); // asked for, in order
    private final List<CompletableFuture<HeapHistogram>> counts = new ArrayList<>(); // asked for: one answer is for all
    private @Nullable FrameChannel channel; // null before it is there, and when it has ended
    private @Nullable Throwable startFailure;
    private boolean reported; // what it made of the application
    private boolean reportedReady;

    void connect(FrameChannel connection) {
        channel = connection;
    }

    boolean isConnected() {
        return channel != null;
    }

    /** Sends when the connection takes it: a worker that does not read blocks nobody. */
    void send(Frame frame) throws IOException {
        outbox.add(frame);
        flush();
    }

    /** Sends what the connection takes by now. */
    void flush() throws IOException {
        FrameChannel connection = channel;
        while (connection != null && connection.flush()) {
            Frame frame = outbox.poll();
            if (frame == null) {
                return;
            }
            connection.offer(frame.encode());
        }
    }

    /** Returns the next frame that is there; null if there is none, or no connection. */
    @Nullable
    Frame poll() throws IOException {
        FrameChannel connection = channel;
        return connection == null ? null : connection.poll();
    }

    void close() {
        FrameChannel connection = channel;
        channel = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                log.debug("Closing a control connection", e);
            }
        }
    }

    // ---- what has been said

    /** Notes that the worker has said that it is ready. */
    void readyReported() {
        reportedReady = true;
    }

    boolean hasReportedReady() {
        return reportedReady;
    }

    /** Notes a report. Returns whether it is expected; a second one is not. */
    boolean takeReport() {
        boolean expected = !reported && !reportedReady;
        reported = true;
        return expected;
    }

    /** Tells whether the worker may say now that its start has failed. */
    boolean mayFailToStart() {
        return startFailure == null && !reportedReady;
    }

    void failedToStart(Throwable failure) {
        startFailure = failure;
    }

    /** Returns why the application did not start in the worker; null if the worker has not said so. */
    @Nullable
    Throwable startFailure() {
        return startFailure;
    }

    // ---- the heap

    /** Notes who waits for a count of the heap. Returns whether the worker has to be asked: it may be counting already. */
    boolean countAsked(CompletableFuture<HeapHistogram> answer) {
        counts.add(answer);
        return counts.size() == 1;
    }

    /** Takes out all who wait for a count of the heap. */
    List<CompletableFuture<HeapHistogram>> takeCounts() {
        List<CompletableFuture<HeapHistogram>> waiting = List.copyOf(counts);
        counts.clear();
        return waiting;
    }

    // ---- thread dumps

    /** Notes who waits for the answer to the next question for a dump. */
    void dumpAsked(CompletableFuture<String> answer) {
        dumps.add(answer);
    }

    /** Takes out who has waited longest for a dump; null if nobody waits. */
    @Nullable
    CompletableFuture<String> nextDump() {
        return dumps.poll();
    }
}
