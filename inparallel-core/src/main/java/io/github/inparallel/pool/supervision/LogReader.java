package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.LogEvent;
import io.github.inparallel.protocol.ProtocolException;
import java.io.IOException;

/**
 * Reads a worker's log events, to the last that it has sent, also after its death. Its connection carries nothing else,
 * so a flood of events holds up only those who log.
 */
final class LogReader implements Runnable {

    private static final Log log = Log.of(LogReader.class);

    /** What the supervisor is told, and asked, by who reads. */
    interface Listener {
        /** Whether what the worker says has been said before, by others that could not start. */
        boolean isKnown();

        /** It has sent what is no log event. */
        void broken();

        /** This process failed: what the worker logs is not read any more, though it may go on. */
        void unheard();

        /** Nothing more will come. */
        void ended();
    }

    private final Worker worker;
    private final String pool;
    private final FrameChannel channel;
    private final WorkerLogs logs;
    private final Listener listener;

    LogReader(Worker worker, String pool, FrameChannel channel, WorkerLogs logs, Listener listener) {
        this.worker = worker;
        this.pool = pool;
        this.channel = channel;
        this.logs = logs;
        this.listener = listener;
    }

    @Override
    public void run() {
        try (channel) {
            while (true) {
                publish(channel.receive());
            }
        } catch (ProtocolException e) {
            log.warn("Worker {} broke the protocol on its connection for logs: {}", worker.name(), e.getMessage());
            listener.broken();
        } catch (IOException e) {
            log.debug("Worker {} logs no more", worker.name(), e);
        } catch (Throwable e) { // perhaps within a frame, so that what follows would mean nothing
            listener.unheard();
            log.warn("What worker {} logs is not heard any more, so it is replaced", worker.name(), e);
        } finally {
            listener.ended();
        }
    }

    /** What an event costs, such as an error of an appender or the want of memory, it costs one event, not all. */
    private void publish(Frame frame) throws ProtocolException {
        try {
            if (!listener.isKnown()) {
                logs.publish(pool, worker.pid(), LogEvent.of(frame));
            }
        } catch (ProtocolException e) {
            throw e;
        } catch (Throwable e) {
            log.warn("An event that worker {} logged could not be logged here", worker.name(), e);
        }
    }
}
