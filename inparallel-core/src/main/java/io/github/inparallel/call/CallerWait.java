package io.github.inparallel.call;

import io.github.inparallel.InParallelException;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.marshal.TaskMethod;
import java.util.Arrays;
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
            throw future.exceptionNow();
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
}
