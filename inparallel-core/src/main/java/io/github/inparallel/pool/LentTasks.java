package io.github.inparallel.pool;

import io.github.inparallel.InParallelException;
import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.TaskState;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.dispatch.DispatchedTask;
import io.github.inparallel.pool.dispatch.Lending;
import io.github.inparallel.pool.dispatch.Place;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.LentSlots;
import io.github.inparallel.pool.member.ReceivedTask;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.supervision.Supervisor;
import io.github.inparallel.pool.task.KnownMethod;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.Spinning;
import io.github.inparallel.protocol.TaskRequest;
import io.github.inparallel.units.Sizes;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a pool, for tasks of other members. Such a task is one of this pool, with its limits, for its workers and its
 * history; but whoever sent it has its retries, counts it, and reads its outcome. Thread-safe.
 */
final class LentTasks implements LentSlots {

    private static final int LONGEST_NAME = 200;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** What is not there when a task has ended, or was never taken. */
    private static final ReceivedTask NONE = why -> {};

    /** What is to be done about such tasks, beside running them. */
    interface Pool {

        /** Counts one on; returns its number. */
        long begins();

        /** Counts one off that was not taken. */
        void notTaken();

        /** Counts one off that has ended, and notes how. */
        void ended(DispatchedTask task, TaskState state, @Nullable Throwable failure);

        /** Its caller gave up. */
        void abandoned(DispatchedTask task, boolean interrupt);

        /** Why tasks of the method are refused now; null if they are not. */
        @Nullable
        TaskRefusedException refusal(PoolTask task);
    }

    private final PoolOptions options;
    private final Lending lending;
    private final Supervisor supervisor;
    private final KnownMethods methods;
    private final Pool pool;
    private final PoolTask.Surroundings surroundings;

    LentTasks(
            PoolOptions options,
            Machine machine,
            Lending lending,
            Supervisor supervisor,
            KnownMethods methods,
            Pool pool) {
        this.options = options;
        this.lending = lending;
        this.supervisor = supervisor;
        this.methods = methods;
        this.pool = pool;
        // Whoever finds how a task has ended tells its member: that takes no time, and runs no code of applications.
        this.surroundings = new PoolTask.Surroundings(options, machine::nanoTime, Runnable::run, new Spinning(0));
    }

    @Override
    public FreeSlots free() {
        return isLending() ? lending.free() : FreeSlots.NONE;
    }

    private boolean isLending() {
        return options.spread() == PoolOptions.Spread.CLUSTER;
    }

    @Override
    public void onChange(Runnable listener) {
        lending.onFree(listener);
    }

    @Override
    public ReceivedTask run(EncodedCall call, String from, Listener listener) {
        if (!isLending()) {
            listener.ended(new EncodedOutcome.NoSlot());
            return NONE;
        }
        KnownMethod method;
        try {
            checkSize(call);
            method = methods.at(call.address());
        } catch (ProtocolException e) {
            return failed(listener, new InParallelException("Member " + from + " calls no method: " + e.getMessage()));
        } catch (MarshallingException e) {
            return failed(listener, e);
        }
        LentTask lent = new LentTask(pool, from, listener);
        long id = pool.begins();
        DispatchedTask task;
        try {
            task = new DispatchedTask(id, received(call, from), method, surroundings, lent, lent);
            lent.is(task);
            task.onProgress(lent::progressed);
        } catch (Throwable e) { // there is no memory for it: it must not count for ever
            pool.notTaken();
            throw e;
        }
        TaskRefusedException refusal = pool.refusal(task);
        if (refusal != null) {
            task.refused(refusal);
            return NONE;
        }
        return send(task, lent, listener);
    }

    private ReceivedTask send(DispatchedTask task, LentTask lent, Listener listener) {
        Place place;
        try {
            place = lending.lend(task);
        } catch (RuntimeException
                | Error e) { // there is no memory for it, perhaps; it may have its slot, and has one end
            task.failed(e);
            return NONE;
        }
        if (place == null) {
            pool.notTaken();
            listener.ended(new EncodedOutcome.NoSlot());
            return NONE;
        }
        try {
            place.send(task, false);
            if (place == Place.QUEUE) {
                supervisor.lent(task);
            }
        } catch (RuntimeException | Error e) {
            task.failed(e);
        }
        return lent;
    }

    private static ReceivedTask failed(Listener listener, Throwable failure) {
        failure.setStackTrace(new StackTraceElement[0]); // it is ours, and tells its caller nothing
        listener.ended(new EncodedOutcome.Failed(ThrowableCodec.encode(failure), null));
        return NONE;
    }

    // ---- what others may send

    private void checkSize(EncodedCall call) {
        long head = call.address().length;
        for (Map.Entry<String, String> each : call.attributes().entrySet()) {
            head += each.getKey().length() + each.getValue().length();
        }
        long bytes = Math.max(call.size(), head);
        if (bytes > (long) options.maxPayload() + Marshaller.OVERHEAD) {
            throw new MarshallingException(
                    call.displayName() + ": the call takes " + Sizes.text(bytes)
                            + ", more than max-payload: " + Sizes.text(options.maxPayload())
                            + " of the member that was to run it. Set the same on all members",
                    null);
        }
    }

    /** With a name that fits a line of the log, and with who called it and its id there, whatever it says of them itself. */
    private static EncodedCall received(EncodedCall call, String from) {
        Map<String, String> attributes = new HashMap<>(call.attributes());
        attributes.put(TaskRequest.MEMBER, from);
        attributes.put(TaskRequest.TASK_ID, call.taskId());
        String name = call.displayName();
        String shown = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
        if (shown.chars().anyMatch(Character::isISOControl)) { // most have none, and a pattern takes its time
            shown = CONTROL.matcher(shown).replaceAll("?");
        }
        return new EncodedCall(
                call.taskId(),
                shown,
                call.address(),
                call.timeoutMillis(),
                call.queueMillis(),
                attributes,
                call.arguments(),
                call.attachment());
    }
}
