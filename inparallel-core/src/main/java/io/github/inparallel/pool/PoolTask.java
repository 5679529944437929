package io.github.inparallel.pool;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskProgress;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.marshal.Call;
import io.github.inparallel.marshal.MethodCodec;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.TaskRequest;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A task in flight, and its caller's future. It ends through exactly one of succeeded, failed, timedOut, cancelled,
 * workerLost, refused: each says whether it was the one.
 */
final class PoolTask extends TaskFuture<Object> {

    /** What the pool wants to know of a task's end. */
    interface Owner {
        /** Counts the outcome, before anybody sees it. */
        void ended(PoolTask task, TaskState state, @Nullable Throwable failure);

        /** The caller gave up: take it out of the queue, or stop it. */
        void abandoned(PoolTask task, boolean interrupt);
    }

    private final long id;
    private final Call call;
    private final Owner owner;
    private final CallerStack caller = new CallerStack();
    private final long submittedNanos = System.nanoTime();
    private final long timeoutNanos;
    private int retriesLeft; // only whoever has the task: the bag's lock, or the supervisor after its worker's end
    private byte @Nullable [] arguments; // set before it is queued; guarded by the bag's lock afterwards
    private volatile long givenNanos;
    private volatile long pid = -1;
    private volatile long progressNanos;

    PoolTask(long id, String pool, Call call, long timeoutNanos, int retries, Owner owner, Executor callbacks) {
        super(pool + "-" + id, callbacks);
        this.id = id;
        this.call = call;
        this.timeoutNanos = timeoutNanos;
        this.retriesLeft = retries;
        this.owner = owner;
    }

    long id() {
        return id;
    }

    String displayName() {
        return call.method().displayName();
    }

    long submittedNanos() {
        return submittedNanos;
    }

    /** Running time limit; 0 is none. */
    long timeoutNanos() {
        return timeoutNanos;
    }

    // ---- its way to a worker

    /** @throws MarshallingException if an argument cannot cross */
    void encode() {
        arguments = call.method().codec().encodeArguments(call.arguments());
    }

    int size() {
        byte[] encoded = arguments;
        return encoded == null ? 0 : encoded.length;
    }

    Frame.Outgoing toFrame() {
        byte[] encoded = arguments;
        TaskRequest request = new TaskRequest(
                call.method().target(), call.method().key(), timeoutNanos / 1_000_000, Map.copyOf(call.attributes()));
        return Frame.encode(FrameType.TASK, id, request.toBytes(), encoded == null ? new byte[0] : encoded);
    }

    /** It is a worker's now. */
    void given(long toPid) {
        pid = toPid;
        givenNanos = System.nanoTime();
        progressNanos = givenNanos;
    }

    /** It is nobody's again. */
    void returned() {
        pid = -1;
    }

    boolean takeRetry() {
        return retriesLeft > 0 && retriesLeft-- > 0;
    }

    void dropArguments() {
        arguments = null;
    }

    long givenNanos() {
        return givenNanos;
    }

    long progressNanos() {
        return progressNanos;
    }

    boolean hasEnded() {
        return isDecided();
    }

    void progressed(ProgressReport report) {
        progressNanos = System.nanoTime();
        report(new TaskProgress(report.fraction(), report.message(), Instant.ofEpochMilli(report.epochMillis())));
    }

    // ---- the endings

    boolean succeeded(byte[] encoded) {
        MethodCodec codec = call.method().codec();
        return decide(() -> {
            try {
                return new Resolution<>(TaskState.SUCCEEDED, codec.decodeResult(encoded), null);
            } catch (RuntimeException | Error e) {
                return failure(TaskState.FAILED, caller.appendTo(e));
            }
        });
    }

    boolean failed(byte[] encoded, ClassLoader loader) {
        return decide(() -> {
            Throwable failure;
            try {
                failure = ThrowableCodec.decode(encoded, loader);
            } catch (RuntimeException | Error e) {
                failure = new MarshallingException(displayName() + ": its exception cannot be rebuilt", e);
            }
            return failure(TaskState.FAILED, caller.appendTo(failure));
        });
    }

    boolean failed(MarshallingException failure) {
        return decide(() -> failure(TaskState.FAILED, failure));
    }

    boolean timedOut(TaskTimeoutException failure) {
        return decide(() -> failure(TaskState.TIMED_OUT, caller.replaceIn(failure)));
    }

    boolean cancelled(String why) {
        CancellationException failure = new CancellationException("Task " + taskId() + " was cancelled: " + why);
        return decide(() -> failure(TaskState.CANCELLED, caller.replaceIn(failure)));
    }

    boolean workerLost(WorkerLostException failure) {
        return decide(() -> failure(TaskState.WORKER_LOST, caller.replaceIn(failure)));
    }

    boolean refused(TaskRefusedException failure) {
        return decide(() -> failure(TaskState.REFUSED, caller.replaceIn(failure)));
    }

    boolean refused(WorkerStartException failure) {
        return decide(() -> failure(TaskState.REFUSED, caller.replaceIn(failure)));
    }

    private static Resolution<Object> failure(TaskState state, Throwable failure) {
        return new Resolution<>(state, null, failure);
    }

    // ---- what the future asks and tells

    @Override
    public OptionalLong workerPid() {
        return pid < 0 ? OptionalLong.empty() : OptionalLong.of(pid);
    }

    @Override
    protected TaskState liveState() {
        return pid < 0 ? TaskState.QUEUED : TaskState.RUNNING;
    }

    @Override
    protected void resolved(Resolution<Object> end) {
        owner.ended(this, end.state(), end.failure());
    }

    @Override
    protected void endedFromOutside(boolean interrupt) {
        owner.abandoned(this, interrupt);
    }
}
