package io.github.inparallel.cluster;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.LentSlots;
import io.github.inparallel.pool.member.ReceivedTask;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.RemoteSlots;
import io.github.inparallel.pool.member.SentTask;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A pool with slots and a queue, whose workers are no more than a time that passes. */
final class SimulatedPool implements RemoteSlots, LentSlots {

    private static final long LIMIT = 20 * SimulatedTime.MILLI;

    final String name;
    private final int slots;
    private final SimulatedTime time;
    private final IntFunction<SimulatedTask> tasks; // by id
    private final BooleanSupplier fails;
    private final Deque<SimulatedTask> queue = new ArrayDeque<>();
    private final Map<RemoteMember, Integer> members = new LinkedHashMap<>(); // and what they take
    private final List<Run> running = new ArrayList<>();
    private final List<Run> held = new ArrayList<>(); // until they are released
    private Runnable listener = () -> {};
    private long nextAttempt;
    private boolean dispatching;
    private boolean dead;

    /** @param fails whether there is no memory to write a call, or to count slots */
    SimulatedPool(String name, int slots, SimulatedTime time, IntFunction<SimulatedTask> tasks, BooleanSupplier fails) {
        this.fails = fails;
        this.name = name;
        this.slots = slots;
        this.time = time;
        this.tasks = tasks;
    }

    void submit(SimulatedTask task) {
        queue.add(task);
        dispatch();
    }

    /** The caller gives up. */
    void cancel(SimulatedTask task) {
        if (task.isOver()) {
            return;
        }
        task.cancelled = true;
        if (queue.remove(task)) {
            task.ended("cancelled");
            return;
        }
        Attempt attempt = task.attempt;
        if (attempt != null && !attempt.over) {
            if (task.id % 2 == 0) { // half of the callers do not wait for what the member says
                attempt.over = true;
                task.ended("cancelled");
            }
            attempt.cancel();
        } else {
            List.copyOf(running).stream().filter(run -> run.task == task).forEach(run -> run.cancel("here"));
        }
    }

    private void dispatch() {
        if (dispatching || dead) {
            return;
        }
        dispatching = true;
        while (!queue.isEmpty()) {
            if (running.size() < slots) {
                SimulatedTask task = queue.remove();
                new Run(task, null).begin();
                continue;
            }
            Optional<Map.Entry<RemoteMember, Integer>> most = members.entrySet().stream()
                    .filter(each -> each.getValue() > 0)
                    .max(Comparator.comparingInt(Map.Entry::getValue));
            if (most.isEmpty()) {
                break;
            }
            most.get().setValue(most.get().getValue() - 1);
            RemoteMember member = most.get().getKey();
            Attempt attempt = new Attempt(queue.remove(), member);
            try {
                member.run(attempt);
            } catch (OutOfMemoryError e) {
                attempt.ended(new EncodedOutcome.NoSlot());
            }
        }
        dispatching = false;
    }

    private void again(SimulatedTask task) {
        queue.addFirst(task);
        dispatch();
    }

    /** The member is gone with all that is in it. */
    void die() {
        dead = true;
        running.clear();
        held.clear();
    }

    void release() {
        List<Run> released = List.copyOf(held);
        held.clear();
        released.forEach(run -> time.after(0, run::end));
    }

    int waiting() {
        return queue.size();
    }

    int running() {
        return running.size();
    }

    int knownMembers() {
        return members.size();
    }

    // RemoteSlots

    @Override
    public void free(RemoteMember member, FreeSlots free) {
        members.put(member, free.sum());
        if (fails.getAsBoolean()) {
            throw new OutOfMemoryError("injected");
        }
        dispatch();
    }

    @Override
    public void gone(RemoteMember member) {
        if (members.remove(member) == null) {
            throw new AssertionError("a member is gone that nobody knew: " + member);
        }
    }

    @Override
    public boolean isNeeded() {
        return slots == 0 && !queue.isEmpty();
    }

    // LentSlots

    @Override
    public FreeSlots free() {
        if (fails.getAsBoolean()) {
            throw new OutOfMemoryError("injected");
        }
        return slots();
    }

    private FreeSlots slots() {
        return queue.isEmpty() ? new FreeSlots(slots - running.size(), 0) : FreeSlots.NONE;
    }

    @Override
    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public ReceivedTask run(EncodedCall call, String from, Listener taskListener) {
        if (slots().sum() == 0) {
            taskListener.ended(new EncodedOutcome.NoSlot());
            return why -> {};
        }
        SimulatedTask task = tasks.apply(ByteBuffer.wrap(call.arguments()).getInt());
        if (call.size() != task.bytes) {
            throw new AssertionError(task + " came with " + call.size() + " bytes");
        }
        Run run = new Run(task, taskListener);
        run.begin();
        return run::cancel;
    }

    /** A slot that runs a task, of this member or another. */
    private final class Run {

        private final SimulatedTask task;
        private final LentSlots.@Nullable Listener caller; // null: it is ours
        private boolean over;

        Run(SimulatedTask task, LentSlots.@Nullable Listener caller) {
            this.task = task;
            this.caller = caller;
        }

        void begin() {
            running.add(this);
            if (running.size() > slots) {
                throw new AssertionError(running.size() + " tasks on " + slots + " slots");
            }
            task.runs++;
            listener.run();
            if (caller != null) {
                caller.started("worker", 17);
                caller.progressed(new TaskProgress(0.5, "half", Instant.EPOCH));
            }
            if (task.nanos < 0) {
                held.add(this);
            } else {
                time.after(task.nanos, this::end);
            }
        }

        void end() {
            finish(
                    task.id % 7 == 0
                            ? new EncodedOutcome.Failed(new byte[5], null)
                            : new EncodedOutcome.Succeeded(new byte[task.resultBytes], null));
        }

        void cancel(String why) {
            held.remove(this);
            time.after(task.nanos < 0 ? 0 : task.nanos / 3, () -> finish(new EncodedOutcome.Cancelled(why)));
        }

        private void finish(EncodedOutcome outcome) {
            if (over || dead) {
                return;
            }
            over = true;
            running.remove(this);
            dispatch();
            listener.run();
            if (caller == null) {
                task.ended(OutcomeCodec.label(outcome));
            } else {
                caller.ended(outcome);
            }
        }
    }

    /** A task of ours at another member. */
    final class Attempt implements SentTask {

        private final long id = nextAttempt++;
        private final SimulatedTask task;
        private final RemoteMember member;
        private boolean over;

        Attempt(SimulatedTask task, RemoteMember member) {
            this.task = task;
            this.member = member;
            task.attempt = this;
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public Optional<EncodedCall> call() {
            if (over) {
                return Optional.empty();
            }
            if (fails.getAsBoolean()) {
                throw new OutOfMemoryError("injected");
            }
            byte[] arguments = ByteBuffer.allocate(task.bytes).putInt(task.id).array();
            return Optional.of(new EncodedCall("id", "Work.do", new byte[3], 0, 0, Map.of("a", "b"), arguments, null));
        }

        @Override
        public long timeoutNanos() {
            return task.limited ? LIMIT : 0;
        }

        @Override
        public void started(String worker, long pid) {}

        @Override
        public void progressed(TaskProgress progress) {}

        @Override
        public void ended(EncodedOutcome outcome) {
            if (end()) {
                if (outcome instanceof EncodedOutcome.NoSlot) {
                    members.computeIfPresent(member, (known, count) -> 0); // until it says so anew
                    if (task.cancelled) {
                        task.ended("cancelled");
                    } else {
                        again(task);
                    }
                } else {
                    task.ended(OutcomeCodec.label(outcome));
                }
            }
        }

        @Override
        public void memberLost(String why) {
            if (why.equals(SimulatedNetwork.LEFT_QUIETLY)) {
                throw new AssertionError(
                        task + " was lost with member " + member.name() + ", which left in good order");
            }
            if (end()) {
                if (task.retries-- > 0 && !task.cancelled) {
                    again(task);
                } else {
                    task.ended("member-lost");
                }
            }
        }

        @Override
        public void outcomeLost(String why) {
            if (end()) {
                task.ended("error");
            }
        }

        @Override
        public void resultTooLarge(long bytes) {
            outcomeLost("it is too large");
        }

        @Override
        public void overdue() {
            if (end()) {
                task.ended("timeout");
                cancel();
            }
        }

        @Override
        public boolean isOver() {
            return over;
        }

        void cancel() {
            try {
                member.cancel(this);
            } catch (OutOfMemoryError e) {
                // as the pool, it goes on
            }
        }

        private boolean end() {
            boolean first = !over && !dead;
            over = true;
            return first;
        }
    }
}
