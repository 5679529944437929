package io.github.inparallel.worker;

import io.github.inparallel.InParallelException;
import io.github.inparallel.TaskContext;
import io.github.inparallel.marshal.Encoded;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.TaskRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One slot: its thread waits for a request, runs the method on that same thread, writes the outcome, and waits again.
 *
 * <p>An interrupt is delivered under the lock, only while the task that it is for is the current one; under the same
 * lock the flag is cleared before the channel is touched again. So it can never hit the next task, nor the connection.
 */
final class WorkerSlot implements Runnable {

    private static final long NONE = -1;

    private final int index;
    private final boolean alone;
    private final String pool;
    private final WorkerBootstrap bootstrap;
    private final FrameChannel control;
    private final FrameChannel data;

    private final Object lock = new Object();
    private @Nullable RunningTask current; // guarded by lock
    private @Nullable Thread thread; // guarded by lock
    private final AtomicLong activity = new AtomicLong(); // odd while it has a task
    private long cancelledEarly; // guarded by lock: a cancel that overtook its task
    private long begun; // guarded by lock: how many tasks have been taken from the connection
    private long revoked; // guarded by lock: up to this one they are to be left alone
    private long unconfirmed = NONE; // guarded by lock: the last that had begun then, which the parent is to be told
    private TaskRequest.@Nullable Address before; // the slot's thread's

    /** @param alone whether it is the worker's only slot, so that what goes on in the worker is its own */
    WorkerSlot(
            int index, boolean alone, String pool, WorkerBootstrap bootstrap, FrameChannel control, FrameChannel data) {
        this.index = index;
        this.alone = alone;
        this.pool = pool;
        this.bootstrap = bootstrap;
        this.control = control;
        this.data = data;
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

    @Override
    public void run() {
        Thread self = Thread.currentThread();
        ThreadState clean = ThreadState.of(self);
        synchronized (lock) {
            thread = self;
        }
        try {
            while (true) {
                serve(data.receive(), clean);
            }
        } catch (IOException e) {
            // The connection is lost or was closed; the control connection knows why.
        }
    }

    /** Runs what is asked for. A method of its own: nothing on the thread's stack keeps a large value until the next one. */
    private void serve(Frame request, ThreadState clean) throws IOException {
        if (!begin()) {
            confirmRevoked();
            return; // it was given early, and then taken back
        }
        activity.incrementAndGet();
        if (request.size() > TaskRequest.LARGE) {
            data.send(Frame.of(FrameType.STARTED, request.taskId())); // the parent can let go of it
        }
        RunningTask task = new RunningTask(request.taskId(), pool, control);
        Frame.Outgoing answer = answer(request, task);
        clean.restore(Thread.currentThread());
        if (task.cancelled()) {
            endDescendants(task);
        }
        if (answer != null) {
            ProgressReport report = task.newestReport();
            if (report != null) {
                data.send(report.toFrame(task.id())); // on this connection, so that it comes before the answer
            }
            data.send(answer);
        }
        activity.incrementAndGet();
        confirmRevoked();
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
            return ++begun > revoked;
        }
    }

    /** The outcome; null if the task was stopped and may go on elsewhere: then the parent ends this worker. */
    private Frame.@Nullable Outgoing answer(Frame request, RunningTask task) {
        synchronized (lock) {
            current = task;
            if (cancelledEarly == request.taskId()) {
                task.cancel(Thread.currentThread());
            }
        }
        TaskContext.bind(task);
        Frame.Outgoing answer = null;
        try {
            Encoded result = execute(request, task);
            answer = Answer.encode(task.id(), task.runningNanos(), result.bytes(), result.attachment());
        } catch (Throwable failure) {
            if (!task.cancelledBody()) {
                answer = new Frame(FrameType.ERROR, task.id(), encode(failure)).encode();
            }
        }
        TaskContext.bind(null);
        synchronized (lock) {
            current = null;
            Thread.interrupted();
        }
        return answer;
    }

    /** A task that was stopped leaves no processes behind; those of earlier ones are not touched. */
    private void endDescendants(RunningTask task) {
        List<ProcessHandle> left = Descendants.since(task.runningNanos());
        if (left.isEmpty()) {
            return;
        }
        if (alone) {
            left.forEach(ProcessHandle::destroyForcibly);
        } else {
            LoggerFactory.getLogger(WorkerSlot.class)
                    .warn(
                            "Task {} was stopped; these processes may be its own, or its neighbours' (concurrency > 1): {}",
                            task.taskId(),
                            left);
        }
    }

    private static byte[] encode(Throwable failure) {
        try {
            return ThrowableCodec.encode(failure);
        } catch (RuntimeException | StackOverflowError e) {
            return ThrowableCodec.encode(new InParallelException(
                    "An exception of type " + failure.getClass().getName() + " could not be described: " + e));
        }
    }

    private Encoded execute(Frame frame, RunningTask task) throws Throwable {
        byte[] payload = frame.payload();
        TaskRequest request = TaskRequest.of(payload, before);
        before = request.address();
        task.limit(request.timeoutMillis());
        if (task.cancelled()) {
            throw new InterruptedException("cancelled before it began");
        }
        WorkerTarget target = bootstrap.target(before.target(), before.method());
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
        if (!future.isDone() && !task.awaits(future, lock)) {
            future.cancel(true);
        }
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    // ---- called by the control thread

    void cancel(long taskId) {
        synchronized (lock) {
            if (current != null && current.id() == taskId && thread != null) {
                current.cancel(thread);
            } else {
                cancelledEarly = taskId;
            }
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

    void flushProgress() {
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

    void close() throws IOException {
        data.close();
    }

    /** What a task may leave changed on its thread. */
    private record ThreadState(
            String name, int priority, @Nullable ClassLoader loader) {
        static ThreadState of(Thread thread) {
            return new ThreadState(thread.getName(), thread.getPriority(), thread.getContextClassLoader());
        }

        void restore(Thread thread) {
            if (!thread.getName().equals(name)) {
                thread.setName(name);
            }
            if (thread.getPriority() != priority) {
                thread.setPriority(priority);
            }
            if (thread.getContextClassLoader() != loader) {
                thread.setContextClassLoader(loader);
            }
        }
    }
}
