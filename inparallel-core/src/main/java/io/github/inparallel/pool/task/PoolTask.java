package io.github.inparallel.pool.task;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskProgress;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.TaskTimeoutException.Limit;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.WorkerStartException;
import io.github.inparallel.call.Call;
import io.github.inparallel.marshal.Encoded;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.history.Lane;
import io.github.inparallel.pool.history.RecordedTask;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.VirtualThreads;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.Spinning;
import io.github.inparallel.protocol.TaskRequest;
import io.github.inparallel.units.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A task in flight, and its caller's future. It ends through exactly one of succeeded, failed, timedOut, cancelled,
 * workerLost, refused: each says whether it was the one.
 */
public abstract class PoolTask extends TaskFuture<Object> implements RecordedTask {

    /**
     * What all tasks of a pool have in common.
     *
     * @param time as {@code System.nanoTime()}
     * @param callbacks runs what follows the ends of tasks
     * @param spinning how long callers look before they park
     */
    public record Surroundings(PoolOptions options, LongSupplier time, Executor callbacks, Spinning spinning) {}

    /** Workers that may end before they have read a task's request; the next one counts as lost. */
    private static final int MOST_UNREAD = 5;

    private final long id;
    private final String displayName;
    private final KnownMethod known;
    private final Map<String, String> attributes;
    private final Call.EndListener listener;
    private final LongSupplier time;
    private final Spinning spinning;
    private final Recipient recipient;
    private final long submittedNanos;
    private final long timeoutNanos;
    private final int headSize;
    private int size; // set before it is queued
    private volatile @Nullable Encoded arguments; // set before it is queued; dropped when no longer needed
    private volatile long queuedNanos;
    // Of whoever has the task; handed on under the dispatcher's lock.
    private int retriesLeft;
    private int retriesTaken;
    private int unread; // times its worker ended before it had read the request

    private volatile @Nullable Lane lane; // of the slot that has it, or had it in the end
    private volatile long assignedNanos;
    private long endedNanos; // written before its end is decided; 0 if it is ended from outside
    private volatile long pid = -1;
    private volatile @Nullable String member; // that has it, or had it in the end; null is this process
    private volatile long progressNanos;
    private volatile boolean begunElsewhere; // a worker of that member has it, or had it in the end

    private volatile boolean toStop; // set once: its caller gave up, and it is to be interrupted if it has begun

    /** A task of a caller in this process. */
    public PoolTask(long id, Call call, KnownMethod known, Surroundings pool) {
        super(pool.options().name() + "-" + id, pool.callbacks(), call.isAwaited());
        this.id = id;
        this.displayName = call.method().displayName();
        this.known = known;
        this.spinning = pool.spinning();
        this.recipient = new Caller(call.method(), call.isAwaited());
        this.attributes = call.attributes().isEmpty() ? Map.of() : Map.copyOf(call.attributes());
        this.headSize = headSize(known, attributes);
        this.listener = call.listener();
        this.timeoutNanos = timeoutNanos(call, pool.options());
        this.retriesLeft = retries(call, pool.options());
        this.time = pool.time();
        this.submittedNanos = time.getAsLong();
        this.queuedNanos = submittedNanos;
    }

    /** A task whose call came encoded. It has no retries, which are its caller's to take. */
    public PoolTask(long id, EncodedCall call, KnownMethod known, Surroundings pool, Recipient recipient) {
        super(pool.options().name() + "-" + id, pool.callbacks());
        this.id = id;
        this.displayName = call.displayName();
        this.known = known;
        this.spinning = pool.spinning();
        this.recipient = recipient;
        this.attributes = Map.copyOf(call.attributes());
        this.headSize = headSize(known, attributes);
        this.listener = Call.EndListener.NONE;
        this.timeoutNanos = Durations.nanos(Durations.capped(Duration.ofMillis(Math.max(0, call.timeoutMillis()))));
        this.time = pool.time();
        this.submittedNanos = time.getAsLong();
        this.queuedNanos = submittedNanos;
        arguments(new Encoded(call.arguments(), call.attachment()), true);
    }

    /** What the caller asks for comes before what the method declares, and that before what the pool has. */
    private static long timeoutNanos(Call call, PoolOptions options) {
        Duration timeout = call.options().timeout();
        if (timeout == null) {
            timeout = call.method().limits().timeout();
        }
        if (timeout == null) {
            timeout = options.timeout();
        }
        return timeout == null ? 0 : Durations.nanos(timeout);
    }

    private static int retries(Call call, PoolOptions options) {
        Integer own = call.options().retries();
        int declared = call.method().limits().retries();
        return own != null ? own : declared >= 0 ? declared : options.retries();
    }

    @Override
    public long id() {
        return id;
    }

    /** Returns the id of its caller's trace; empty if none travels with it. */
    public Optional<String> traceId() {
        return TraceId.of(attributes);
    }

    @Override
    public String displayName() {
        return displayName;
    }

    @Override
    public long submittedNanos() {
        return submittedNanos;
    }

    /** Returns the running time limit; 0 is none. */
    public long timeoutNanos() {
        return timeoutNanos;
    }

    /** Returns what tells its method from others. */
    public String method() {
        return known.id();
    }

    public KnownMethod known() {
        return known;
    }

    // ---- its way to a worker

    /** @param stay whether nobody changes an array among them, as a caller that goes on may */
    public final void arguments(Encoded encoded, boolean stay) {
        size = encoded.size();
        arguments = stay ? encoded : encoded.copied();
    }

    /** Bytes of its arguments, also when they have been dropped. */
    public int size() {
        return size;
    }

    /** Bytes of its request, at most: its arguments with what stands before them. */
    public int requestSize() {
        return size + headSize;
    }

    /** As in the request, where no character takes more than three bytes. */
    private static int headSize(KnownMethod method, Map<String, String> attributes) {
        int bytes = 64 + method.address().bytes().length;
        for (Map.Entry<String, String> each : attributes.entrySet()) {
            bytes += 8 + 3 * (each.getKey().length() + each.getValue().length());
        }
        return bytes;
    }

    /** Since when it waits, or waited last. */
    public long queuedNanos() {
        return queuedNanos;
    }

    /** @param forWhat what it waited for, as the end of a sentence */
    public TaskTimeoutException waitedTooLong(Duration limit, String forWhat) {
        return new TaskTimeoutException(
                displayName() + " waited longer than queue-timeout: " + Durations.text(limit) + " for " + forWhat,
                limit,
                Limit.QUEUE,
                taskId(),
                retriesTaken > 0,
                null);
    }

    public Frame.Outgoing toFrame() {
        Encoded encoded = arguments;
        byte[] head = new TaskRequest(known.address(), Durations.millis(timeoutNanos), attributes).toBytes();
        return encoded == null
                ? Frame.encode(FrameType.TASK, id, head, new byte[0], null)
                : Frame.encode(FrameType.TASK, id, head, encoded.bytes(), encoded.attachment());
    }

    /** Whether it has waited for so long, since it waits, or waited last. */
    public boolean hasWaitedFor(@Nullable Duration limit) {
        return Deadline.isDue(Deadline.after(queuedNanos, limit), time.getAsLong());
    }

    /**
     * Its call, as another member gets it; empty if nobody wants its outcome any more.
     *
     * @param queueTimeout how long it may wait in all, here and there
     */
    public Optional<EncodedCall> encodedCall(@Nullable Duration queueTimeout) {
        Encoded encoded = arguments;
        return encoded == null || hasEnded()
                ? Optional.empty()
                : Optional.of(new EncodedCall(
                        taskId(),
                        displayName,
                        known.address().bytes(),
                        Durations.millis(timeoutNanos),
                        queueMillis(queueTimeout),
                        attributes,
                        encoded.bytes(),
                        encoded.attachment()));
    }

    private long queueMillis(@Nullable Duration limit) {
        if (limit == null) {
            return 0;
        }
        long left = Durations.nanos(limit) - (time.getAsLong() - queuedNanos);
        return Math.max(1, Durations.millis(left));
    }

    /**
     * A worker is to have it, and may begin it at any moment from now on. False if it has ended: then it is nobody's. A
     * caller that gives up later has seen it running, so one that was queued when its caller gave up never begins.
     */
    public boolean claimed(long byPid) {
        pid = byPid;
        if (hasEnded()) {
            pid = -1;
            dropArguments();
            return false;
        }
        return true;
    }

    /** Starts its clock, since it is its turn. */
    public void assigned(long toPid, Lane slot) {
        pid = toPid;
        assignedNanos = time.getAsLong();
        progressNanos = assignedNanos;
        lane = slot;
    }

    /** As {@link #claimed}, for another member. Its worker is known only when that says so. */
    public boolean sentTo(String otherMember) {
        member = otherMember;
        if (hasEnded()) {
            member = null;
            dropArguments();
            return false;
        }
        assignedNanos = time.getAsLong();
        progressNanos = assignedNanos;
        return true;
    }

    /** A worker of the other member has it: until then it may have waited there. */
    public void startedAt(long otherPid) {
        pid = otherPid;
        assignedNanos = time.getAsLong();
        progressNanos = assignedNanos;
        begunElsewhere = true;
    }

    /** Its outcome has come before the word of its worker: it may have had it since it was sent. */
    public void hasRunElsewhere() {
        begunElsewhere = true;
    }

    @Override
    public boolean hasBegun() {
        return lane != null || begunElsewhere;
    }

    /** Notes that no worker has it any more. */
    public void unassigned() {
        pid = -1;
        lane = null;
        member = null;
        begunElsewhere = false;
    }

    @Override
    public @Nullable Lane lane() {
        return lane;
    }

    /** Who made the call wants to know its end. */
    public Call.EndListener listener() {
        return listener;
    }

    public boolean hasRetries() {
        return retriesLeft > 0;
    }

    /** Its worker was lost: whether it may be given to another one. */
    public boolean takeRetry() {
        if (retriesLeft == 0) {
            return false;
        }
        retriesLeft--;
        retriesTaken++;
        queuedNanos = time.getAsLong();
        return true;
    }

    /**
     * Its worker ended before it had read the request: whether it may go to another one, with no retry used. Only so many
     * times, since it may be the request itself that workers die of.
     */
    public boolean mayGoElsewhere() {
        return ++unread < MOST_UNREAD;
    }

    public void dropArguments() {
        arguments = null;
    }

    @Override
    public long assignedNanos() {
        return assignedNanos;
    }

    /** Returns when it ended, if the pool has ended it; 0 if its caller did, which is counted at once. */
    @Override
    public long endedNanos() {
        return endedNanos;
    }

    public long progressNanos() {
        return progressNanos;
    }

    public boolean hasEnded() {
        return isDecided();
    }

    /** Its caller gave up: if it has begun, or begins in this moment, it is to be interrupted. */
    public void toStop() {
        toStop = true;
    }

    public boolean isToStop() {
        return toStop;
    }

    public void progressed(ProgressReport report) {
        progressed(new TaskProgress(report.fraction(), report.message(), Instant.ofEpochMilli(report.epochMillis())));
    }

    public void progressed(TaskProgress report) {
        progressNanos = time.getAsLong();
        report(report);
    }

    // ---- the endings

    /** @param done called when the encoded result is no longer needed */
    public boolean succeeded(Frame result, Runnable done) {
        boolean first = end(() -> {
            try {
                return new Resolution<>(TaskState.SUCCEEDED, recipient.result(result), null);
            } catch (Throwable e) {
                return failure(TaskState.FAILED, e);
            } finally {
                done.run();
            }
        });
        if (!first) {
            done.run();
        }
        return first;
    }

    /** @param note what else there is to say of it; null if nothing */
    public boolean failed(byte[] encoded, ClassLoader loader, @Nullable String note) {
        return end(() -> failure(TaskState.FAILED, recipient.failure(encoded, loader, note)));
    }

    public boolean failed(Throwable failure) {
        return end(() -> failure(TaskState.FAILED, failure));
    }

    public boolean timedOut(TaskTimeoutException failure) {
        return end(() -> failure(TaskState.TIMED_OUT, recipient.shown(failure)));
    }

    public boolean cancelled(String why) {
        CancellationException failure = new CancellationException(description() + " was cancelled: " + why);
        return end(() -> failure(TaskState.CANCELLED, recipient.shown(failure)));
    }

    public boolean workerLost(WorkerLostException failure) {
        return end(() -> failure(TaskState.WORKER_LOST, recipient.shown(failure)));
    }

    public boolean refused(TaskRefusedException failure) {
        return end(() -> failure(TaskState.REFUSED, recipient.shown(failure)));
    }

    public boolean refused(WorkerStartException failure) {
        return end(() -> failure(TaskState.REFUSED, recipient.shown(failure)));
    }

    /** Notes the time before anybody can see the end. Of two who end it at once, either may have noted it. */
    private boolean end(Ending<Object> ending) {
        if (!hasEnded()) {
            endedNanos = time.getAsLong();
        }
        return decide(ending);
    }

    private static Resolution<Object> failure(TaskState state, Throwable failure) {
        return new Resolution<>(state, null, failure);
    }

    // ---- what the future asks and tells

    @Override
    protected long spinNanos() {
        return spinning.isWorthwhile() && !VirtualThreads.isCurrent() ? spinning.limitNanos() : 0;
    }

    @Override
    protected String description() {
        long worker = pid;
        String where = member;
        return "Task " + taskId() + " (" + displayName() + (worker < 0 ? "" : ", in the worker with pid " + worker)
                + (where == null ? "" : ", of member " + where)
                + ")";
    }

    @Override
    protected void spun(boolean hit) {
        spinning.spun(hit);
    }

    @Override
    public OptionalLong workerPid() {
        return pid < 0 ? OptionalLong.empty() : OptionalLong.of(pid);
    }

    @Override
    public Optional<String> member() {
        return Optional.ofNullable(member);
    }

    @Override
    protected TaskState liveState() {
        return pid < 0 && member == null ? TaskState.QUEUED : TaskState.RUNNING;
    }
}
