package io.github.inparallel.worker;

import io.github.inparallel.TaskContext;
import io.github.inparallel.marshal.Encoded;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.Scarcity;
import io.github.inparallel.protocol.TaskRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One slot: its thread waits for a request, runs the method on that same thread, writes the outcome, and waits again.
 * Whatever else ends that thread ends the worker: a task that was not answered must not wait for ever.
 *
 * <p>A task is stopped by a {@link TaskStop}, only while it is the current one; the flag is cleared before the next one
 * begins. So an interrupt can never hit another task, nor the connection.
 */
final class WorkerSlot implements Runnable {

    private static final long NONE = -1;

    /** How soon a slot looks again whether the future of a task that was stopped is complete. */
    private static final long BETWEEN_LOOKS_NANOS = 1_000_000;

    private final int index;
    private final boolean alone;
    private final String pool;
    private final WorkerBootstrap bootstrap;
    private final FrameChannel control;
    private final FrameChannel data;
    private final Halt halt;

    private final Object lock = new Object();
    private @Nullable RunningTask current; // guarded by lock
    private @Nullable Thread thread; // guarded by lock
    private final AtomicLong activity = new AtomicLong(); // odd while it has a task
    private long cancelledEarly; // guarded by lock: a cancel that overtook its task
    private long begun; // guarded by lock: how many tasks have been taken from the connection
    private long revoked; // guarded by lock: up to this one they are to be left alone
    private boolean exhausted; // guarded by lock: no task begins any more
    private long unconfirmed = NONE; // guarded by lock: the last that had begun then, which the parent is to be told
    private volatile @Nullable ProcessDefaults defaults; // set once, before the thread starts

    // The slot's thread's.
    private Moment threadBegan = Moment.now();
    private TaskRequest.@Nullable Address before;
    private final DiagnosticContext diagnostics = new DiagnosticContext();
    private @Nullable Object called; // names the last method
    private @Nullable Scarcity scarce; // what the JVM has run out of

    /** @param alone whether it is the worker's only slot, so that what goes on in the worker is its own */
    WorkerSlot(
            int index,
            boolean alone,
            String pool,
            WorkerBootstrap bootstrap,
            FrameChannel control,
            FrameChannel data,
            Halt halt) {
        this.index = index;
        this.alone = alone;
        this.pool = pool;
        this.bootstrap = bootstrap;
        this.control = control;
        this.data = data;
        this.halt = halt;
    }

    /** Changes whenever a task begins or ends. */
    long activity() {
        return activity.get();
    }

    boolean isBusy() {
        return (activity.get() & 1) != 0;
    }

    int index() {
        return index;
    }

    /** What belongs to the whole process, as tasks are to find it. Before the thread starts. */
    void putBack(ProcessDefaults clean) {
        defaults = clean;
    }

    @Override
    public void run() {
        threadBegan = Moment.now();
        try {
            Thread self = Thread.currentThread();
            ThreadState clean = ThreadState.of(self);
            synchronized (lock) {
                thread = self;
            }
            while (!halt.isUnderWay()) {
                serve(data.receive(), clean);
            }
        } catch (ProtocolException e) {
            halt.failed("The application broke the protocol with slot " + index, e);
        } catch (IOException e) {
            // The connection is lost or was closed; the control connection knows why. If not, the parent is to know.
            data.closeQuietly();
        } catch (Throwable e) {
            halt.failed("Slot " + index + " cannot go on", e);
        }
    }

    /** Runs what is asked for. A method of its own: nothing on the thread's stack keeps a large value until the next one. */
    private void serve(Frame request, ThreadState clean) throws IOException {
        if (request.type() != FrameType.TASK) {
            throw new ProtocolException("unexpected " + request.type() + " on a data connection");
        }
        if (!begin()) {
            confirmRevoked();
            return; // it was given early, and then taken back
        }
        activity.incrementAndGet();
        forget();
        if (request.size() > TaskRequest.LARGE) {
            data.send(Frame.of(FrameType.STARTED, request.taskId())); // the parent can let go of it
        }
        RunningTask task = new RunningTask(request.taskId(), pool, control);
        Frame.Outgoing answer = answer(request, task);
        Throwable untidy = tidy(task, clean);
        if (answer != null && !halt.isUnderWay()) {
            sayExhausted(task);
            ProgressReport report = task.newestReport();
            if (report != null) {
                data.send(report.toFrame(task.id())); // on this connection, so that it comes before the answer
            }
            data.send(answer);
        }
        if (untidy != null) {
            throw new IllegalStateException("What task " + task.taskId() + " left cannot be put right", untidy);
        }
        activity.incrementAndGet();
        confirmRevoked();
    }

    /** A JVM that has run out of something, and lives on, is not to be trusted with another task. */
    private void sayExhausted(RunningTask task) throws IOException {
        Scarcity limit = scarce;
        if (limit != null && halt.endsProcess()) {
            synchronized (lock) {
                exhausted = true; // before the parent knows: it gives what this slot has early to others
            }
            data.send(limit.toFrame(task.id()));
        }
    }

    /** What the task before this one has left, of what is not the thread's. Not after it: many a worker has only one. */
    private void forget() {
        if (called == null) {
            return;
        }
        diagnostics.clear();
        ProcessDefaults clean = defaults;
        if (clean != null) {
            clean.putBack(called);
        }
    }

    /** Undoes what the task has left; returns why that cannot be done. The task has its answer all the same. */
    private @Nullable Throwable tidy(RunningTask task, ThreadState clean) {
        try {
            clean.restore(Thread.currentThread());
            if (task.cancelled() && task.begun()) {
                endDescendants(task);
            }
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    /** Says on the slot's thread what the control thread could not. */
    private void confirmRevoked() throws IOException {
        long last;
        synchronized (lock) {
            last = unconfirmed;
            unconfirmed = NONE;
        }
        if (last != NONE) {
            data.send(Frame.of(FrameType.REVOKED, last));
        }
    }

    /** Whether the next task may begin. Under the lock, so that a revocation finds it begun or not. */
    private boolean begin() {
        synchronized (lock) {
            return !exhausted && ++begun > revoked;
        }
    }

    /** The outcome; null if the task was stopped and may go on elsewhere: then the parent ends this worker. */
    private Frame.@Nullable Outgoing answer(Frame request, RunningTask task) {
        synchronized (lock) {
            Thread.interrupted(); // meant for a task before it, by whoever still had this thread
            current = task;
            if (cancelledEarly == request.taskId()) {
                task.cancelEarly();
            }
        }
        Frame.Outgoing answer = null;
        try {
            TaskContext.bind(task);
            Encoded result = execute(request, task);
            answer = Answer.encode(task.id(), task.runningNanos(), result.bytes(), result.attachment());
        } catch (Throwable failure) {
            scarce = Scarcity.behind(failure);
            if (!goesOn(task)) {
                answer = new Frame(FrameType.ERROR, task.id(), Failures.encode(failure)).encode();
            }
        }
        TaskContext.bind(null);
        TaskStop stop;
        synchronized (lock) {
            current = null;
            stop = task.stop();
        }
        if (stop != null) {
            stop.end();
        }
        Thread.interrupted();
        return answer;
    }

    /**
     * Whether cancelling completed the future that the body had returned. Whoever works for that future need not have
     * noticed: such work cannot be known to have stopped.
     */
    private boolean goesOn(RunningTask task) {
        TaskStop stop;
        synchronized (lock) {
            stop = task.stop();
        }
        return task.returnedLate() || stop != null && stop.completedBody();
    }

    /** A task that was stopped leaves no processes behind; those of earlier ones are not touched. */
    private void endDescendants(RunningTask task) {
        if (alone) {
            Descendants.endSince(task.started(), threadBegan);
            return;
        }
        List<ProcessHandle> left = Descendants.since(task.started(), threadBegan);
        if (!left.isEmpty()) {
            LoggerFactory.getLogger(WorkerSlot.class)
                    .warn(
                            "Task {} was stopped; these processes may be its own, or its neighbours' (concurrency > 1): {}",
                            task.taskId(),
                            left);
        }
    }

    private Encoded execute(Frame frame, RunningTask task) throws Throwable {
        byte[] payload = frame.payload();
        TaskRequest request = TaskRequest.of(payload, before);
        before = request.address();
        task.limit(request.timeoutMillis());
        task.knownAs(request.attributes().get(TaskRequest.TASK_ID));
        if (task.cancelled()) {
            throw new InterruptedException("cancelled before it began");
        }
        task.begin();
        WorkerTarget target = bootstrap.target(before.target(), before.method());
        called = target.codec();
        int offset = TaskRequest.argumentsOffset(payload);
        @Nullable
        Object[] arguments =
                target.codec().decodeArguments(payload, offset, payload.length - offset, frame.attachment());
        Object returned = target.invoke(arguments, request.attributes());
        if (returned == null && target.declaresFuture()) {
            throw new NullPointerException(target.codec() + " returned null instead of a future");
        }
        return target.codec().encodeResult(target.declaresFuture() ? awaited(returned, task) : returned);
    }

    private @Nullable Object awaited(@Nullable Object returned, RunningTask task) throws Throwable {
        Future<?> future =
                returned instanceof CompletionStage<?> stage ? stage.toCompletableFuture() : (Future<?>) returned;
        if (future == null) {
            throw new NullPointerException("no future");
        }
        if (!future.isDone() && !awaits(future, task)) {
            task.returnedLate(TaskStop.completes(future));
        }
        while (true) {
            boolean done = future.isDone();
            try {
                return future.get();
            } catch (ExecutionException e) {
                throw e.getCause() == null ? e : e.getCause();
            } catch (InterruptedException e) {
                if (done || !task.cancelled()) {
                    throw e;
                }
                // A task has stopped when its future is complete: if it never is, the parent ends this worker.
                LockSupport.parkNanos(this, BETWEEN_LOOKS_NANOS);
            }
        }
    }

    private boolean awaits(Future<?> future, RunningTask task) {
        synchronized (lock) {
            return task.awaits(future);
        }
    }

    // ---- called by the control thread

    void cancel(long taskId) {
        TaskStop stop = null;
        synchronized (lock) {
            if (current != null && current.id() == taskId && thread != null) {
                stop = current.cancel(thread);
            } else {
                cancelledEarly = taskId;
            }
        }
        if (stop != null) {
            stop.start();
        }
    }

    /**
     * Takes back the tasks that have not begun, up to the given one, and says on the data connection which that are. If
     * the connection takes nothing in this moment the slot's thread says it: this one never waits.
     */
    void revoke(long last) throws IOException {
        synchronized (lock) {
            revoked = last;
            unconfirmed = data.tryOffer(Frame.of(FrameType.REVOKED, begun).encode()) ? NONE : begun;
        }
    }

    void flushProgress() throws IOException {
        RunningTask task;
        synchronized (lock) {
            task = current;
        }
        if (task != null) {
            task.flushProgress();
        }
    }

    Inspection inspect(long taskId) {
        synchronized (lock) {
            if (current == null || current.id() != taskId || thread == null) {
                return new Inspection(-1, List.of());
            }
            return new Inspection(current.runningNanos(), List.of(thread.getStackTrace()));
        }
    }

    /** The task that has called exit, and waits for the shutdown's hooks; 0 if that is not this slot's. In such a hook. */
    long callsExit() {
        synchronized (lock) {
            return current != null && thread != null && callsExit(thread) ? current.id() : 0;
        }
    }

    private static boolean callsExit(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().equals("java.lang.Shutdown")
                    && frame.getMethodName().equals("runHooks")) {
                return true;
            }
        }
        return false;
    }

    void close() throws IOException {
        data.close();
    }
}
