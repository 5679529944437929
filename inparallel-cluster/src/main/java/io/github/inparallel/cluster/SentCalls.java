package io.github.inparallel.cluster;

import io.github.inparallel.cluster.ClusterObserver.Direction;
import io.github.inparallel.cluster.Message.Call;
import io.github.inparallel.cluster.Message.CallAck;
import io.github.inparallel.cluster.Message.CallChunk;
import io.github.inparallel.cluster.Message.CallOffer;
import io.github.inparallel.cluster.Message.Cancel;
import io.github.inparallel.cluster.Message.EndAck;
import io.github.inparallel.cluster.Message.EndChunk;
import io.github.inparallel.cluster.Message.EndOffer;
import io.github.inparallel.cluster.Message.Ended;
import io.github.inparallel.cluster.Message.NoMore;
import io.github.inparallel.cluster.Message.Report;
import io.github.inparallel.cluster.Message.ToCaller;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.SentTask;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of ours that one peer runs. Whoever takes a call out of the map ends its task. Nobody is called under a lock.
 * Thread-safe.
 */
final class SentCalls {

    private static final Log LOG = Log.of(SentCalls.class);
    private static final String NO_MEMORY = "there was no memory here for its outcome";
    private static final String GIVEN_UP = "its caller gave it up";
    private static final byte[] NO_MORE = MessageCodec.encode(new NoMore());

    private final LocalMember local;
    private final String peer;
    private final Consumer<byte[]> outbox; // for calls: none goes twice
    private final Consumer<byte[]> sureOutbox;
    private final Map<TaskKey, SentCall> calls = new HashMap<>(); // guarded by itself
    private boolean closed; // guarded by calls
    private boolean stopped; // the peer leaves, or we do; guarded by calls
    private boolean saidNoMore; // the peer knows that nothing comes any more; guarded by calls

    SentCalls(LocalMember local, String peer, Consumer<byte[]> outbox, Consumer<byte[]> sureOutbox) {
        this.local = local;
        this.peer = peer;
        this.outbox = outbox;
        this.sureOutbox = sureOutbox;
    }

    void run(PeerPool pool, SentTask task) {
        TaskKey key = new TaskKey(pool.pool.number, task.id());
        SentCall call = new SentCall(key, task, pool);
        boolean tooLate;
        synchronized (calls) { // before it is sent, and before anybody can cancel it
            tooLate = closed || stopped;
            if (!tooLate) {
                calls.put(key, call);
            }
        }
        if (tooLate) {
            end(call, new EncodedOutcome.NoSlot());
            return;
        }
        try {
            send(call);
        } catch (Throwable e) { // such as want of memory
            SentCall failed = remove(key);
            try {
                if (failed == null || !failed.isSent()) {
                    throw e; // it goes elsewhere
                }
                if (failed.mayHaveRun()) {
                    lose(failed, sendingFailed(e));
                } else {
                    end(failed, new EncodedOutcome.NoSlot());
                }
                send(new Cancel(key));
            } finally { // after its end, which must not be missed for want of memory for this
                pool.slots.repeatLater();
            }
        }
    }

    private static String sendingFailed(Throwable why) {
        try {
            return "it may have got the call, whose sending failed: " + why;
        } catch (OutOfMemoryError e) {
            return "it may have got the call, whose sending failed for want of memory";
        }
    }

    private void send(SentCall call) {
        TaskKey key = call.key;
        Optional<EncodedCall> encoded = call.task.call();
        if (encoded.isEmpty()) {
            withdraw(call);
            return;
        }
        Parts message = MessageCodec.parts(new Call(key, encoded.get()));
        byte[] whole = message.isShort() ? message.whole() : null; // before it counts as sent: this takes memory
        if (!call.send(whole != null ? null : new OutgoingTransfer(message))) {
            withdraw(call);
        } else if (whole != null) {
            outbox.accept(whole);
        } else {
            send(new CallOffer(key, message.size()));
        }
    }

    /** Nothing was sent: the slot that the pool had chosen for it is still free. */
    private void withdraw(SentCall call) {
        if (remove(call.key) != null) {
            call.task.ended(new EncodedOutcome.Cancelled(GIVEN_UP));
            call.pool.slots.repeat();
        }
    }

    /** The peer leaves, or we do. It gets no more calls, and is told once none is there or on its way. */
    void stop() {
        boolean none;
        synchronized (calls) {
            stopped = true;
            none = noneWillCome();
        }
        if (none) {
            sayNoMore();
        }
    }

    /** Whether none is there, and none will be: true once. To be asked under the lock. */
    private boolean noneWillCome() {
        if (!stopped || closed || saidNoMore || !calls.isEmpty()) {
            return false;
        }
        saidNoMore = true;
        return true;
    }

    private void sayNoMore() {
        try {
            sureOutbox.accept(NO_MORE);
        } catch (Throwable e) { // whoever has ended the last call goes on with it; the peer does not wait for ever
            LOG.debug("Member {} could not be told that no more calls come", peer, e);
        }
    }

    void cancel(TaskKey key) {
        SentCall call = get(key);
        if (call == null || !call.cancel()) {
            return;
        }
        send(new Cancel(key));
        if (call.end() != null) {
            end(remove(key), new EncodedOutcome.Cancelled(GIVEN_UP)); // the peer drops its end, too, and says no more
        }
    }

    void receive(ToCaller message, PeerPool pool) throws ProtocolException {
        TaskKey key = message.key();
        if (message instanceof Ended ended) {
            ended(ended, pool);
        } else if (message instanceof Report report) {
            SentCall call = get(key);
            if (call != null && call.tell(report.news(), local.timing.nanoTime())) {
                local.watchLimits();
            }
        } else if (message instanceof CallAck ack) {
            SentCall call = get(key);
            OutgoingTransfer transfer = call == null ? null : call.call();
            if (call != null
                    && transfer != null
                    && transfer.acknowledged(ack.chunks(), (index, bytes) -> send(new CallChunk(key, index, bytes)))) {
                call.crossed();
            }
        } else if (message instanceof EndOffer offer) {
            pool.slots.hear(offer.free().number(), offer.free().slots());
            offered(offer, pool);
        } else if (message instanceof EndChunk chunk) {
            arrived(chunk, pool);
        }
    }

    /** Free slots first, so that the next task need not wait; but what comes back unrun takes with it what was heard before. */
    private void ended(Ended message, PeerPool pool) {
        boolean hasRun = OutcomeCodec.hasRun(message.outcome());
        if (hasRun) {
            pool.slots.hear(message.free().number(), message.free().slots());
        }
        SentCall call = get(message.key());
        if (call != null) {
            try {
                call.tell(message.news(), local.timing.nanoTime());
            } finally {
                end(remove(message.key()), message.outcome());
            }
        }
        if (!hasRun) {
            pool.slots.hearAnew(message.free().number(), message.free().slots());
        }
    }

    private void offered(EndOffer offer, PeerPool pool) throws ProtocolException {
        TaskKey key = offer.key();
        SentCall call = get(key);
        if (call == null) {
            send(new Cancel(key)); // nobody reads it
        } else if (offer.size() > pool.pool.longestEnd()) {
            SentCall removed = remove(key);
            if (removed != null) {
                count(removed, "error");
                removed.task.resultTooLarge(offer.size());
            }
            send(new Cancel(key)); // after its end: this takes memory
        } else if (!call.task.isOver() && call.expect(new IncomingTransfer(offer.size()))) {
            send(new EndAck(key, 0));
        } else {
            send(new Cancel(key));
            end(remove(key), new EncodedOutcome.Cancelled(GIVEN_UP));
        }
    }

    private void arrived(EndChunk chunk, PeerPool pool) throws ProtocolException {
        TaskKey key = chunk.key();
        SentCall call = get(key);
        IncomingTransfer end = call == null ? null : call.end();
        if (end == null) {
            return;
        }
        int count;
        try {
            count = end.add(chunk.index(), chunk.bytes());
        } catch (OutOfMemoryError e) {
            loseOutcome(remove(key), NO_MEMORY);
            send(new Cancel(key)); // the rest need not come
            return;
        }
        if (count == 0) {
            return;
        }
        send(new EndAck(key, count));
        if (end.isWhole(count)) {
            try {
                if (!(end.message() instanceof Ended ended) || !ended.key().equals(key)) {
                    throw new ProtocolException("chunks are not the end of the task");
                }
                ended(ended, pool);
            } catch (ProtocolException e) {
                loseOutcome(remove(key), "its outcome cannot be read");
                throw e;
            } catch (OutOfMemoryError e) {
                loseOutcome(remove(key), NO_MEMORY);
            }
        }
    }

    /** The peer said something of a task that could not be read. */
    void endUnread(TaskKey key) {
        SentCall call = remove(key);
        if (call != null) {
            lose(call, "what it said of the task could not be read"); // first: there may be no memory to send anything
            send(new Cancel(key));
        }
    }

    /** Tasks that peers should have ended long ago. */
    List<SentTask> overdue(long now) {
        return all().stream()
                .filter(call -> call.isOverdue(now))
                .map(call -> call.task)
                .toList();
    }

    boolean anyLimited() {
        return all().stream().anyMatch(SentCall::isLimited);
    }

    /** The peer is gone, or we are. */
    void close(String why) {
        List<SentCall> lost;
        synchronized (calls) {
            closed = true;
            lost = new ArrayList<>(calls.values());
            calls.clear();
        }
        for (SentCall call : lost) {
            if (call.mayHaveRun()) {
                lose(call, why);
            } else {
                end(call, new EncodedOutcome.NoSlot());
            }
        }
    }

    int count() {
        synchronized (calls) {
            return calls.size();
        }
    }

    /** How many there are, by pool. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        synchronized (calls) {
            calls.values().forEach(call -> counts.merge(call.pool.pool.name, 1, Integer::sum));
        }
        return counts;
    }

    /** Bytes still to cross, of each long message. */
    List<Long> crossing() {
        return all().stream().map(SentCall::left).filter(left -> left > 0).toList();
    }

    private List<SentCall> all() {
        synchronized (calls) {
            return new ArrayList<>(calls.values());
        }
    }

    private void end(@Nullable SentCall call, EncodedOutcome outcome) {
        if (call != null) {
            if (!(outcome instanceof EncodedOutcome.NoSlot)) { // it goes elsewhere, and ends there
                count(call, OutcomeCodec.label(outcome));
            }
            call.task.ended(outcome);
        }
    }

    private void lose(@Nullable SentCall call, String why) {
        if (call != null) {
            count(call, "worker-lost");
            call.task.memberLost(why);
        }
    }

    private void loseOutcome(@Nullable SentCall call, String why) {
        if (call != null) {
            count(call, "error");
            call.task.outcomeLost(why);
        }
    }

    private void count(SentCall call, String outcome) {
        local.counted(call.pool.pool, Direction.SENT, outcome);
    }

    private @Nullable SentCall get(TaskKey key) {
        synchronized (calls) {
            return calls.get(key);
        }
    }

    private @Nullable SentCall remove(TaskKey key) {
        SentCall removed;
        boolean none;
        synchronized (calls) {
            removed = calls.remove(key);
            none = noneWillCome();
        }
        if (none) {
            sayNoMore();
        }
        return removed;
    }

    private void send(Message message) {
        sureOutbox.accept(MessageCodec.encode(message));
    }

    @Override
    public String toString() {
        return count() + " tasks at " + peer;
    }
}
