package io.github.inparallel;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a running task knows of itself, and how it reports progress. {@link #current()} is bound to the thread that runs
 * the method's body; the object itself may be handed to other threads.
 */
public final class TaskContext {

    /** System property that every process started by a pool carries; its value is the worker's name. */
    public static final String WORKER_PROPERTY = "inparallel.worker.name";

    private static final boolean WORKER_PROCESS = System.getProperty(WORKER_PROPERTY) != null;
    private static final ThreadLocal<TaskContext> CURRENT = new ThreadLocal<>();

    private final Source source;

    private TaskContext(Source source) {
        this.source = source;
    }

    /** Whether this is a worker process, on any thread; in {@code in-process} mode whether this thread runs a task. */
    public static boolean inWorker() {
        return WORKER_PROCESS || CURRENT.get() != null;
    }

    /** The task that this thread runs, if it runs one. */
    public static Optional<TaskContext> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** Binds the task to this thread, or unbinds it with null. Called by the engine around the method's body. */
    public static void bind(@Nullable Source source) {
        if (source == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(new TaskContext(source));
        }
    }

    /** Id of the task, unique within the application's process; the caller's {@link TaskFuture} has the same. */
    public String taskId() {
        return source.taskId();
    }

    /** Name of the pool that runs the task. */
    public String pool() {
        return source.pool();
    }

    /** When the running time limit ends, by this process's clock; empty where there is none. */
    public Optional<Instant> deadline() {
        return Optional.ofNullable(source.deadline());
    }

    /** Whether the task has been told to stop: cancelled, or over a limit. The thread was interrupted then, too. */
    public boolean cancelled() {
        return source.cancelled();
    }

    /**
     * Reports progress to the caller's future. Cheap: reports are thinned out on the way, and the newest one wins. It
     * never waits for the application.
     *
     * @param fraction how much is done, from 0 to 1
     * @param message what the task is doing; null is as good as an empty one, and what is longer than 4,096 characters
     *     arrives cut
     * @throws IllegalArgumentException if the fraction is not a number from 0 to 1
     */
    public void progress(double fraction, @Nullable String message) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction: " + fraction + " (expected: 0 to 1)");
        }
        source.progress(fraction, message == null ? "" : message);
    }

    /** The engine's side of a running task. */
    public interface Source {

        String taskId();

        String pool();

        @Nullable
        Instant deadline();

        boolean cancelled();

        void progress(double fraction, String message);
    }
}
