package io.github.inparallel.call;

import io.github.inparallel.InParallelException;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.marshal.TaskMethod;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Wait of a method's callers, which its return type decides: none, if it is a future; otherwise until the task has
 * ended. Immutable.
 */
public final class CallerWait {

    private final TaskMethod method;
    private final boolean blocks;

    public CallerWait(TaskMethod method) {
        this.method = method;
        this.blocks = !TaskMethod.returnsFuture(method.method());
    }

    /** Whether the calling thread waits until the task has ended. */
    public boolean blocks() {
        return blocks;
    }

    /**
     * Returns what a call does: the task's future at once, or the task's result when there is one.
     *
     * @throws Throwable what the task threw, or why it ended, if the caller waits for it
     */
    public @Nullable Object returned(TaskFuture<Object> future) throws Throwable {
        return blocks ? result(future) : future;
    }

    private @Nullable Object result(TaskFuture<Object> future) throws Throwable {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw failure(future);
        } catch (InterruptedException e) {
            future.cancel(true);
            if (Arrays.asList(method.method().getExceptionTypes()).contains(InterruptedException.class)) {
                throw e;
            }
            Thread.currentThread().interrupt();
            throw new InParallelException(
                    "Interrupted while waiting for " + method.displayName() + ", task " + future.taskId()
                            + "; the task was cancelled",
                    e);
        }
    }

    /** What the task threw: also where it is a CompletionException, of which {@code get} and {@code exceptionNow} report the cause. */
    private static Throwable failure(TaskFuture<Object> future) {
        Throwable thrown = joined(future);
        return thrown != null && thrown == joined(future)
                ? thrown
                : future.exceptionNow(); // one that join has made is another each time
    }

    private static @Nullable Throwable joined(TaskFuture<Object> future) {
        try {
            future.join();
            return null;
        } catch (CompletionException e) {
            return e;
        }
    }
}
