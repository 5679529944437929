package io.github.inparallel.pool;

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

    private final Worker worker;
    private final String pool;
    private final FrameChannel channel;
    private final WorkerLogs logs;
    private final Runnable broken;
    private final Runnable ended;

    /**
     * @param broken called if the worker sends what is no log event
     * @param ended called when nothing more will come
     */
    LogReader(Worker worker, String pool, FrameChannel channel, WorkerLogs logs, Runnable broken, Runnable ended) {
        this.worker = worker;
        this.pool = pool;
        this.channel = channel;
        this.logs = logs;
        this.broken = broken;
        this.ended = ended;
    }

    @Override
    public void run() {
        try (channel) {
            while (true) {
                publish(LogEvent.of(channel.receive()));
            }
        } catch (ProtocolException e) {
            log.warn("Worker {} broke the protocol on its connection for logs: {}", worker.name(), e.getMessage());
            broken.run();
        } catch (IOException e) {
            log.debug("Worker {} logs no more", worker.name(), e);
        } catch (Throwable e) {
            log.warn("What worker {} logs is not heard any more", worker.name(), e);
        } finally {
            ended.run();
        }
    }

    private void publish(LogEvent event) {
        try {
            logs.publish(pool, worker.pid(), event);
        } catch (Throwable e) { // of an appender, most likely: one event, not all
            log.warn("An event that worker {} logged could not be logged here: {}", worker.name(), event.message(), e);
        }
    }
}
