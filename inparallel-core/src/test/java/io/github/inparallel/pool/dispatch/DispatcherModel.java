package io.github.inparallel.pool.dispatch;

import io.github.inparallel.TaskRefusedException.Reason;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.protocol.TaskRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Dispatcher} is to do, in the plainest words: nothing is counted that can be looked up. Confined to one
 * thread.
 */
final class DispatcherModel {

    private static final int MOST_EARLY = 31;
    private static final int MOST_EARLY_BYTES = 16 * 1024;
    private static final int SHORT_REQUEST = 2 * 1024;

    /** One worker, as the model sees it. */
    static final class ModelWorker {
        final List<ModelSlot> slots = new ArrayList<>();
        boolean accepting;
        boolean writtenOff;
        int assigned;
        long idleSince;

        ModelWorker(int concurrency) {
            for (int i = 0; i < concurrency; i++) {
                slots.add(new ModelSlot(this));
            }
        }

        int leases() {
            return (int) slots.stream().filter(slot -> slot.task != null).count();
        }
    }

    /** One slot, as the model sees it. */
    static final class ModelSlot {
        final ModelWorker worker;

        @Nullable
        DispatchedTask task;

        final Deque<DispatchedTask> early = new ArrayDeque<>();
        long last;
        long revoking;
        boolean closed;

        ModelSlot(ModelWorker worker) {
            this.worker = worker;
        }

        List<DispatchedTask> tasks() {
            List<DispatchedTask> all = new ArrayList<>();
            if (task != null) {
                all.add(task);
            }
            all.addAll(early);
            return all;
        }
    }

    private final PoolOptions options;
    final List<ModelWorker> workers = new ArrayList<>();
    final List<ModelSlot> idle = new ArrayList<>();
    final List<DispatchedTask> queue = new ArrayList<>();
    final Set<DispatchedTask> held = new HashSet<>();
    final Map<DispatchedTask, Long> ordinals = new HashMap<>();
    final List<DispatchedTask> homeless = new ArrayList<>(); // those that are to have been ended
    int maxWorkers;
    boolean draining;

    @Nullable
    Reason closed;

    boolean over;

    DispatcherModel(PoolOptions options) {
        this.options = options;
        this.maxWorkers = options.maxWorkers();
    }

    // ---- what can be seen

    long bytes() {
        return sum(queue) + sum(held);
    }

    private static long sum(Iterable<DispatchedTask> tasks) {
        long bytes = 0;
        for (DispatchedTask each : tasks) {
            bytes += each.size();
        }
        return bytes;
    }

    int leases() {
        return workers.stream().mapToInt(ModelWorker::leases).sum();
    }

    int waiting() {
        return queue.size()
                + workers.stream()
                        .flatMap(worker -> worker.slots.stream())
                        .mapToInt(slot -> slot.early.size())
                        .sum();
    }

    boolean canMatch() {
        return !queue.isEmpty() && idle.stream().anyMatch(slot -> mayRun(slot.worker));
    }

    private boolean mayRun(ModelWorker worker) {
        long busy = workers.stream()
                .filter(each -> !each.writtenOff && each.leases() > 0)
                .count();
        return worker.leases() > 0 || busy < maxWorkers;
    }

    // ---- submitting

    /** Returns why the task is refused; null if it is not. */
    @Nullable
    Reason refusal(DispatchedTask task) {
        if (closed != null) {
            return closed;
        }
        if (draining) {
            return Reason.DRAINED;
        }
        if (queue.isEmpty() && idle.stream().anyMatch(slot -> mayRun(slot.worker))) {
            return null;
        }
        if (queue.size() >= options.queueCapacity()) {
            return Reason.QUEUE_FULL;
        }
        return queue.isEmpty() || bytes() + task.size() <= options.queueMemory() ? null : Reason.QUEUE_MEMORY;
    }

    @Nullable
    ModelSlot submit(DispatchedTask task) {
        ModelSlot slot = queue.isEmpty() ? borrow() : null;
        if (slot == null) {
            queue.add(task);
            return null;
        }
        ordinals.put(task, ++slot.last);
        lease(slot, task);
        return slot;
    }

    private @Nullable ModelSlot borrow() {
        for (ModelSlot slot : idle) {
            if (mayRun(slot.worker)) {
                idle.remove(slot);
                return slot;
            }
        }
        return null;
    }

    private void lease(ModelSlot slot, DispatchedTask task) {
        slot.task = task;
        slot.worker.assigned++;
        Integer most = options.maxTasksPerWorker();
        if (most != null && slot.worker.assigned >= most) {
            close(slot.worker);
        }
        if (task.size() > TaskRequest.LARGE) {
            held.add(task);
        }
    }

    // ---- answers

    List<DispatchedTask> next(ModelSlot slot, long now) {
        release(slot);
        return leaseNext(slot, now);
    }

    private void release(ModelSlot slot) {
        held.remove(slot.task);
        slot.task = null;
    }

    private List<DispatchedTask> leaseNext(ModelSlot slot, long now) {
        List<DispatchedTask> toSend = new ArrayList<>();
        DispatchedTask task = slot.early.pollFirst();
        if (task == null) {
            if (!slot.worker.accepting || slot.closed) {
                return toSend;
            }
            task = mayRun(slot.worker) ? takeFirst() : null;
            if (task == null) {
                idle.add(0, slot);
                slot.worker.idleSince = now;
                return toSend;
            }
            ordinals.put(task, ++slot.last);
            toSend.add(task);
        }
        lease(slot, task);
        boolean othersMayRun = idle.stream().anyMatch(each -> mayRun(each.worker));
        if (slot.worker.accepting && options.maxTasksPerWorker() == null && !othersMayRun) {
            assignEarly(slot, task, toSend);
        }
        return toSend;
    }

    private @Nullable DispatchedTask takeFirst() {
        while (!queue.isEmpty()) {
            DispatchedTask first = queue.remove(0);
            if (!first.hasEnded()) {
                return first;
            }
        }
        return null;
    }

    private void assignEarly(ModelSlot slot, DispatchedTask current, List<DispatchedTask> toSend) {
        if (slot.early.size() > 16 || slot.revoking != 0 || !mayGoEarly(current)) {
            return;
        }
        int share = (queue.size() + leases() - 1) / leases();
        int bytes = current.requestSize()
                + slot.early.stream().mapToInt(DispatchedTask::requestSize).sum();
        while (share-- > 0 && slot.early.size() < MOST_EARLY) {
            while (!queue.isEmpty() && queue.get(0).hasEnded()) {
                queue.remove(0);
            }
            if (queue.isEmpty()
                    || !mayGoEarly(queue.get(0))
                    || bytes + queue.get(0).requestSize() > MOST_EARLY_BYTES) {
                return;
            }
            bytes += queue.get(0).requestSize();
            DispatchedTask task = queue.remove(0);
            ordinals.put(task, ++slot.last);
            slot.early.addLast(task);
            toSend.add(task);
        }
    }

    private static boolean mayGoEarly(DispatchedTask task) {
        return task.known().isShort() && task.requestSize() <= SHORT_REQUEST;
    }

    void requestRead(ModelSlot slot) {
        held.remove(slot.task);
    }

    // ---- taking back

    long toRevoke(ModelSlot slot, long now, boolean atOnce) {
        DispatchedTask task = slot.task;
        if (task == null || slot.early.isEmpty() || slot.revoking != 0) {
            return 0;
        }
        if (atOnce || now - task.assignedNanos() >= 1_000_000) {
            slot.revoking = slot.last;
        }
        return slot.revoking;
    }

    List<DispatchedTask> revoked(ModelSlot slot, long begun, long now) {
        long last = slot.revoking;
        slot.revoking = 0;
        while (!slot.early.isEmpty() && ordinal(slot.early.getLast()) > begun) {
            putBack(slot.early.removeLast());
        }
        DispatchedTask task = slot.task;
        if (task == null || ordinal(task) <= begun || ordinal(task) > last) {
            return new ArrayList<>();
        }
        release(slot);
        putBack(task);
        return leaseNext(slot, now);
    }

    long ordinal(DispatchedTask task) {
        return Objects.requireNonNull(ordinals.get(task));
    }

    void returnAllEarly(ModelSlot slot) {
        while (!slot.early.isEmpty()) {
            putBack(slot.early.removeLast());
        }
    }

    @Nullable
    DispatchedTask takeBack(ModelSlot slot) {
        DispatchedTask task = slot.task;
        release(slot);
        return task == null ? slot.early.pollFirst() : task;
    }

    void putBack(DispatchedTask task) {
        if (task.hasEnded()) {
            return;
        }
        (over ? homeless : queue).add(over ? homeless.size() : 0, task);
    }

    // ---- workers

    void accept(ModelWorker worker, long now) {
        worker.accepting = true;
        worker.idleSince = now;
    }

    void close(ModelWorker worker) {
        worker.accepting = false;
        idle.removeIf(slot -> slot.worker == worker);
    }

    void close(ModelSlot slot) {
        slot.closed = true;
        close(slot.worker);
    }

    boolean writeOff(ModelWorker worker) {
        close(worker);
        boolean first = !worker.writtenOff;
        worker.writtenOff = true;
        return first && canMatch();
    }

    List<ModelSlot> matchWaiting() {
        List<ModelSlot> matched = new ArrayList<>();
        while (!queue.isEmpty()) {
            ModelSlot slot = borrow();
            if (slot == null) {
                break;
            }
            DispatchedTask task = takeFirst();
            if (task == null) {
                idle.add(0, slot);
                break;
            }
            ordinals.put(task, ++slot.last);
            lease(slot, task);
            matched.add(slot);
        }
        return matched;
    }

    // ---- the queue

    List<DispatchedTask> takeAll(Predicate<DispatchedTask> which) {
        List<DispatchedTask> taken = queue.stream().filter(which).toList();
        queue.removeAll(taken);
        return taken;
    }

    void end() {
        if (closed != Reason.SHUT_DOWN) {
            closed = Reason.SHUT_DOWN;
        }
        over = true;
        homeless.addAll(queue);
        queue.clear();
    }
}
