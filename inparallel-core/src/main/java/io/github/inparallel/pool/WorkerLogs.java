package io.github.inparallel.pool;

import io.github.inparallel.protocol.LogEvent;
import java.util.Map;

/** Where log events of workers go, and what is to be logged there. Thread-safe. */
public interface WorkerLogs {

    /**
     * Logs an event. Called on a thread of the worker's own that does nothing else: while it waits, so does the worker
     * that logs.
     */
    void publish(String pool, long pid, LogEvent event);

    /** Names of levels by names of loggers, for a worker; those that have none of their own are left out. */
    Map<String, String> levels();
}
