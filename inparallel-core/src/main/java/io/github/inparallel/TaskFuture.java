package io.github.inparallel;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The future of a task in another process. It is a {@link CompletableFuture} in every respect, and it controls the
 * task: cancelling it, or completing it from outside, stops the task.
 *
 * <ul>
 *   <li>{@code cancel(true)}: a queued task never starts; a running one is interrupted, and its worker is killed if it
 *       has not stopped after {@code kill-grace}.
 *   <li>{@code cancel(false)}: a queued task never starts; a running one goes on and its result is discarded.
 *   <li>{@code complete}, {@code completeExceptionally}, {@code orTimeout} and {@code completeOnTimeout} end the task
 *       like {@code cancel(true)}, and the future keeps the value given.
 * </ul>
 *
 * Continuations never run on a thread that reads from workers: they may block. All methods are thread-safe.
 *
 * <p>A future ends in two steps. First its end is <em>decided</em>, by one compare-and-set, on whatever thread learns
 * of it. Then it is <em>resolved</em> by whoever looks first: the result is decoded and the outcome counted. Last the
 * {@code CompletableFuture} itself is completed, by a waiter on its way out or on the callback executor, because
 * completing runs continuations on the completing thread. So {@code Future.state()} (JDK 19 and later), which cannot be
 * overridden from release 17, may say {@code RUNNING} for a moment after {@link #isDone()} says true.
 */
public class TaskFuture<T> extends CompletableFuture<T> {

    private static final Logger log = LoggerFactory.getLogger(TaskFuture.class);

    private final String taskId;
    private final Executor callbacks;
    private final boolean awaited;
    private final WaitingThreads waiting = new WaitingThreads();
    private final AtomicReference<@Nullable Ending<T>> decision = new AtomicReference<>();
    // Written once, under the monitor of the decision; read by anybody.
    private volatile @Nullable Resolution<T> resolution;
    private final ProgressReports progress;

    /** For the engine: a future that the subclass decides. */
    protected TaskFuture(String taskId, Executor callbacks) {
        this(taskId, callbacks, false);
    }

    /**
     * For the engine: a future that the subclass decides.
     *
     * @param awaited whether the thread that made it will wait for it, and nobody else gets it: then that thread does
     *     the rest when the end is decided
     */
    protected TaskFuture(String taskId, Executor callbacks, boolean awaited) {
        this.taskId = taskId;
        this.callbacks = callbacks;
        this.awaited = awaited;
        this.progress = new ProgressReports(taskId, callbacks);
    }

    /** A future that is complete already: what the body of a method returns in the worker. */
    public static <T> TaskFuture<T> completed(@Nullable T value) {
        String taskId = TaskContext.current().map(TaskContext::taskId).orElse("none");
        TaskFuture<T> future = new TaskFuture<>(taskId, Runnable::run);
        future.decide(new Resolution<>(TaskState.SUCCEEDED, value, null));
        return future;
    }

    /** A future that has failed already: a call that became no task. */
    public static <T> TaskFuture<T> ofFailure(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        TaskFuture<T> future = new TaskFuture<>("none", Runnable::run);
        future.decide(new Resolution<>(TaskState.FAILED, null, failure));
        return future;
    }

    /** The task future behind what a method with {@code @InParallel} returned, without a cast. */
    public static Optional<TaskFuture<?>> of(Future<?> future) {
        return future instanceof TaskFuture<?> task ? Optional.of(task) : Optional.empty();
    }

    /** Id of the task, unique within this process. */
    public String taskId() {
        return taskId;
    }

    /** Where the task is now. */
    public TaskState taskState() {
        Resolution<T> end = resolvedOrNull();
        return end == null ? liveState() : end.state();
    }

    /** Process id of the worker that runs or ran the task; empty while it is queued. */
    public OptionalLong workerPid() {
        return OptionalLong.empty();
    }

    /** Address of the other member of a cluster that runs or ran the task; empty while it is queued, and if this process runs it. */
    public Optional<String> member() {
        return Optional.empty();
    }

    /** The task's last progress report. */
    public Optional<TaskProgress> progress() {
        return progress.last();
    }

    /**
     * Calls the listener with progress reports, one at a time, the newest winning; a listener that comes late gets the
     * last report first. It runs on the callback executor; what it throws is logged.
     */
    public TaskFuture<T> onProgress(Consumer<TaskProgress> listener) {
        progress.listen(listener);
        return this;
    }

    // ---- what a subclass does and is told

    /** State of a task that has not ended. */
    protected TaskState liveState() {
        return TaskState.RUNNING;
    }

    /** The task, as messages name it. */
    protected String description() {
        return "Task " + taskId;
    }

    /** How long a thread that waits may spin before it blocks; 0 is not at all. */
    protected long spinNanos() {
        return 0;
    }

    /** Called after a thread has spun: whether that was enough. */
    protected void spun(boolean hit) {}

    /** Called once, before anybody sees the outcome: the place to count it. What it throws is logged. */
    protected void resolved(Resolution<T> end) {}

    /** Called once after the future was cancelled or completed from outside: stop the task. */
    protected void endedFromOutside(boolean interrupt) {}

    /**
     * Decides how the task ends, unless that is decided already. The thread that calls this runs no continuation and no
     * decoding.
     *
     * @return whether this ending is the one
     */
    protected final boolean decide(Ending<T> ending) {
        if (!decision.compareAndSet(null, ending)) {
            return false;
        }
        if (!waiting.release() && !awaited) {
            callbacks.execute(this::settle);
        }
        return true;
    }

    /** Whether the end is decided. */
    protected final boolean isDecided() {
        return decision.get() != null;
    }

    /** Publishes a progress report. */
    protected final void report(TaskProgress report) {
        if (!isDecided()) {
            progress.report(report);
        }
    }

    /** How a task ends, resolved by whoever looks first. What it throws is the task's failure. */
    @FunctionalInterface
    protected interface Ending<T> {
        Resolution<T> resolve();
    }

    /** A task's outcome: a value, or a failure. */
    protected record Resolution<T>(
            TaskState state, @Nullable T value, @Nullable Throwable failure) implements Ending<T> {

        public Resolution {}

        @Override
        public Resolution<T> resolve() {
            return this;
        }
    }

    // ---- resolving and settling

    private @Nullable Resolution<T> resolvedOrNull() {
        Resolution<T> end = resolution;
        if (end != null) {
            return end;
        }
        Ending<T> ending = decision.get();
        // What runs while it is resolved, such as the constructor of a result, may look at it: it has not ended yet.
        return ending == null || Thread.holdsLock(decision) ? null : resolve(ending);
    }

    private Resolution<T> resolve(Ending<T> ending) {
        synchronized (decision) {
            Resolution<T> end = resolution;
            if (end == null) {
                end = outcome(ending);
                count(end);
                resolution = end;
                decision.set(end); // lets go of the encoded result
            }
            return end;
        }
    }

    /** Whatever is thrown on the way, there is an outcome. */
    private static <T> Resolution<T> outcome(Ending<T> ending) {
        if (ending instanceof Resolution<T> given) {
            return given;
        }
        try {
            Resolution<T> end = ending.resolve();
            Throwable failure = end.failure();
            return failure == null || isPresentable(failure)
                    ? end
                    : new Resolution<>(end.state(), null, standIn(failure));
        } catch (Throwable e) {
            return new Resolution<>(TaskState.FAILED, null, isPresentable(e) ? e : standIn(e));
        }
    }

    /** An exception's own methods may throw: then nobody could wait for it, wrap it or log it. */
    private static boolean isPresentable(Throwable failure) {
        try {
            return failure.toString() != null && failure.getStackTrace() != null && failure.getCause() != failure;
        } catch (Throwable e) {
            return false;
        }
    }

    private static Throwable standIn(Throwable failure) {
        String type = failure.getClass().getName();
        return new TaskFailedException(type, "The task failed with " + type + ", whose own methods throw exceptions");
    }

    private void count(Resolution<T> end) {
        try {
            resolved(end);
        } catch (Throwable e) {
            try {
                log.error("The end of task {} could not be counted", taskId, e);
            } catch (Throwable none) {
                // the outcome is what matters
            }
        }
    }

    /** Completes the {@code CompletableFuture} itself; runs continuations, so never on a thread that reads. */
    private void settle() {
        Resolution<T> end = resolvedOrNull();
        if (end == null) {
            return;
        }
        if (end.failure() != null) {
            super.completeExceptionally(end.failure());
        } else {
            super.complete(end.value());
        }
    }

    /** A waiter's last duty: it settles, unless continuations of others hang on this future. */
    private void settleOnTheWayOut() {
        if (super.isDone()) {
            return;
        }
        if (getNumberOfDependents() == 0) {
            settle();
        } else {
            callbacks.execute(this::settle);
        }
    }

    private boolean endFromOutside(Resolution<T> end, boolean interrupt) {
        if (!decision.compareAndSet(null, end)) {
            return false;
        }
        resolvedOrNull();
        try {
            endedFromOutside(interrupt);
        } finally {
            waiting.release();
            settle();
        }
        return true;
    }

    // ---- CompletableFuture: ending from outside

    @Override
    public boolean complete(@Nullable T value) {
        return endFromOutside(new Resolution<>(TaskState.CANCELLED, value, null), true);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        if (failure == null) {
            throw new NullPointerException("failure");
        }
        return endFromOutside(new Resolution<>(TaskState.CANCELLED, null, failure), true);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        CancellationException failure = new CancellationException(description() + " was cancelled");
        endFromOutside(new Resolution<>(TaskState.CANCELLED, null, failure), mayInterruptIfRunning);
        return isCancelled();
    }

    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier) {
        return completeAsync(supplier, defaultExecutor());
    }

    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        executor.execute(() -> {
            try {
                if (!isDone()) {
                    complete(supplier.get());
                }
            } catch (Throwable failure) {
                completeExceptionally(failure);
            }
        });
        return this;
    }

    @Override
    public void obtrudeValue(T value) {
        throw new UnsupportedOperationException("The outcome of a task cannot be replaced");
    }

    @Override
    public void obtrudeException(Throwable failure) {
        throw new UnsupportedOperationException("The outcome of a task cannot be replaced");
    }

    // ---- CompletableFuture: looking and waiting

    @Override
    public boolean isDone() {
        return resolvedOrNull() != null;
    }

    @Override
    public boolean isCancelled() {
        Resolution<T> end = resolvedOrNull();
        return end != null && end.failure() instanceof CancellationException;
    }

    @Override
    public boolean isCompletedExceptionally() {
        Resolution<T> end = resolvedOrNull();
        return end != null && end.failure() != null;
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        return valueOrExecutionException(await());
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        Resolution<T> end = await(unit.toNanos(timeout));
        if (end == null) {
            throw new TimeoutException(description() + " is still " + taskState() + " after " + timeout + " "
                    + unit.toString().toLowerCase(Locale.ROOT));
        }
        return valueOrExecutionException(end);
    }

    @Override
    public T join() {
        Resolution<T> end;
        boolean interrupted = false;
        while (true) {
            try {
                end = await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // join is not interruptible
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return valueOrCompletionException(end);
    }

    @Override
    public T getNow(T valueIfAbsent) {
        Resolution<T> end = resolvedOrNull();
        return end == null ? valueIfAbsent : valueOrCompletionException(end);
    }

    /** Overrides, at run time, the method of the same name that JDK 19 adds to futures. */
    public T resultNow() {
        Resolution<T> end = resolvedOrNull();
        if (end == null || end.failure() != null) {
            throw new IllegalStateException(description() + " has no result: " + taskState());
        }
        return valueOf(end);
    }

    /** Overrides, at run time, the method of the same name that JDK 19 adds to futures. */
    public Throwable exceptionNow() {
        Resolution<T> end = resolvedOrNull();
        if (end == null || end.failure() == null || end.failure() instanceof CancellationException) {
            throw new IllegalStateException(description() + " has no exception: " + taskState());
        }
        return unwrapped(end.failure());
    }

    private Resolution<T> await() throws InterruptedException {
        Resolution<T> end = await(Long.MAX_VALUE);
        if (end == null) {
            throw new IllegalStateException(description() + " waits for itself: its result does while it is made");
        }
        return end;
    }

    /** Null if the time is over. Like a {@code CompletableFuture}, one that is complete does not ask for interrupts. */
    private @Nullable Resolution<T> await(long nanos) throws InterruptedException {
        if (decision.get() == null) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (nanos <= 0) {
                return resolvedOrNull();
            }
            try {
                waiting.await(() -> decision.get() != null, Math.min(nanos, spinNanos()), this::spun, nanos);
            } finally {
                // Whoever was registered when the end was decided has taken over the settling, whatever it leaves with.
                if (decision.get() != null) {
                    settleOnTheWayOut();
                }
            }
        }
        return resolvedOrNull();
    }

    private T valueOrExecutionException(Resolution<T> end) throws ExecutionException {
        if (end.failure() instanceof CancellationException cancelled) {
            throw cancelled;
        }
        if (end.failure() != null) {
            throw new ExecutionException(unwrapped(end.failure()));
        }
        return valueOf(end);
    }

    private T valueOrCompletionException(Resolution<T> end) {
        if (end.failure() instanceof CancellationException cancelled) {
            throw cancelled;
        }
        if (end.failure() instanceof CompletionException completion) {
            throw completion;
        }
        if (end.failure() != null) {
            throw new CompletionException(end.failure());
        }
        return valueOf(end);
    }

    /** Like {@code CompletableFuture.get}, which reports the cause of a completion exception. */
    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    @SuppressWarnings("NullAway") // a task may return null; CompletableFuture declares its results as non-null
    private static <T> T valueOf(Resolution<T> end) {
        return end.value();
    }

    @Override
    public String toString() {
        return "TaskFuture[" + taskId + ", " + taskState() + "]";
    }
}
