package io.github.inparallel.cluster;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.cluster.Arrivals.Arrival;
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
import io.github.inparallel.cluster.Message.FreeWord;
import io.github.inparallel.cluster.Message.News;
import io.github.inparallel.cluster.Message.Report;
import io.github.inparallel.cluster.Message.ToRunner;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.units.Sizes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one peer that our pools run. Each is answered once: that is what the peer knows its slots by. Nobody is
 * called under a lock. Thread-safe.
 */
final class ReceivedCalls {

    private static final Log LOG = Log.of(ReceivedCalls.class);

    /** Made while there is memory for it. */
    private static final EncodedOutcome NO_MEMORY =
            failed("The member that ran the call had no memory to send its outcome");

    private static final EncodedOutcome NO_MEMORY_TO_RUN =
            failed("The member that was to run the call had no memory for it");

    private static final EncodedOutcome UNREAD =
            failed("The member that was to run the call could not read what was said of it");

    private final LocalMember local;
    private final String peer;
    private final ToldSlots told;
    private final Consumer<byte[]> outbox;
    private final AtomicInteger crossing = new AtomicInteger(); // long ends
    private final Map<TaskKey, ReceivedCall> calls = new HashMap<>(); // guarded by itself
    private final Arrivals arrivals = new Arrivals(); // guarded by calls
    private boolean closed; // guarded by calls
    private volatile boolean owesEnds; // set by whoever had no memory for one; unset by the timer before it looks

    ReceivedCalls(LocalMember local, String peer, ToldSlots told, Consumer<byte[]> outbox) {
        this.local = local;
        this.peer = peer;
        this.told = told;
        this.outbox = outbox;
    }

    void receive(ToRunner message, LocalPool pool) throws ProtocolException {
        TaskKey key = message.key();
        if (message instanceof Call call) {
            ReceivedCall received = arrive(key, pool);
            if (received != null) {
                run(received, call.call());
            }
        } else if (message instanceof CallOffer offer) {
            offered(offer, pool);
        } else if (message instanceof CallChunk chunk) {
            arrived(chunk);
        } else if (message instanceof Cancel) {
            cancel(key);
        } else if (message instanceof EndAck ack) {
            acknowledged(ack);
        }
    }

    /** Returns the call; null if it came before, was cancelled before it came, or nobody waits for it any more. */
    private @Nullable ReceivedCall arrive(TaskKey key, LocalPool pool) {
        ReceivedCall call = new ReceivedCall(key, pool, this);
        Arrival arrival;
        synchronized (calls) {
            arrival = closed ? Arrival.AGAIN : arrivals.arrive(key);
            if (arrival != Arrival.AGAIN) {
                calls.put(key, call);
                if (calls.size() == 1) {
                    local.callerCame();
                }
            }
        }
        if (arrival == Arrival.CANCELLED) {
            call.ended(new EncodedOutcome.Cancelled(givenUp()));
        }
        if (arrival != Arrival.NEW) {
            return null;
        }
        told.used(pool.name);
        return call;
    }

    private void run(ReceivedCall call, EncodedCall encoded) {
        try {
            if (local.isLeaving() || !call.pool.hasSlot(crossing.get())) {
                call.ended(new EncodedOutcome.NoSlot());
            } else {
                call.runs(call.pool.lent().run(encoded, peer, call));
            }
        } catch (Throwable e) { // it is not to throw; and its caller waits for an answer
            call.ended(e instanceof OutOfMemoryError ? NO_MEMORY_TO_RUN : notRun(e));
            LOG.error("{} of member {} could not be run", encoded.displayName(), peer, e);
        }
    }

    private void offered(CallOffer offer, LocalPool pool) {
        ReceivedCall call = arrive(offer.key(), pool);
        if (call == null) {
            return;
        }
        if (offer.size() > pool.longestCall()) {
            call.ended(failed("The call takes " + Sizes.text(offer.size()) + ", more than max-payload: "
                    + Sizes.text(pool.maxPayload()) + " of pool '" + pool.name
                    + "' at the member that was to run it. Set the same on all members"));
            return;
        }
        IncomingTransfer transfer =
                new IncomingTransfer(offer.size()); // first: a slot would stay reserved for want of memory
        if (local.isLeaving() || !pool.reserve(crossing.get())) {
            call.ended(new EncodedOutcome.NoSlot());
            local.slotsChanged(); // others may have seen one less than there is, for a moment
        } else if (call.expect(transfer)) {
            local.slotsChanged();
            send(new CallAck(offer.key(), 0));
        } else {
            pool.release();
            local.slotsChanged();
            call.ended(new EncodedOutcome.Cancelled(givenUp()));
        }
    }

    private void arrived(CallChunk chunk) throws ProtocolException {
        ReceivedCall call = get(chunk.key());
        IncomingTransfer transfer = call == null ? null : call.call();
        if (call == null || transfer == null) {
            return;
        }
        int count;
        try {
            count = transfer.add(chunk.index(), chunk.bytes());
        } catch (OutOfMemoryError e) {
            if (release(call)) {
                call.ended(NO_MEMORY_TO_RUN);
            }
            return;
        }
        if (count == 0) {
            return;
        }
        send(new CallAck(chunk.key(), count));
        if (transfer.isWhole(count) && release(call)) {
            runArrived(call, transfer);
        }
    }

    private void runArrived(ReceivedCall call, IncomingTransfer transfer) throws ProtocolException {
        Call whole;
        try {
            if (!(transfer.message() instanceof Call message) || !message.key().equals(call.key)) {
                throw new ProtocolException("chunks are not the call that was offered");
            }
            whole = message;
        } catch (ProtocolException e) {
            call.ended(failed("The member that was to run the call could not read it"));
            throw e;
        } catch (OutOfMemoryError e) {
            call.ended(NO_MEMORY_TO_RUN);
            return;
        }
        run(call, whole.call());
    }

    /** The peer said something of a call that could not be read; it may be the call itself. It waits for an answer. */
    void endUnread(TaskKey key, LocalPool pool) {
        ReceivedCall known = get(key);
        ReceivedCall call = known == null ? arrive(key, pool) : known;
        if (call == null) {
            return; // it has its answer
        }
        if (call.end() != null) {
            tellSurely(call, UNREAD);
        } else if (known == null || release(call) || !call.hasBegun()) {
            call.ended(UNREAD);
        } else {
            call.cancel("what member " + peer + " said of it could not be read");
        }
    }

    private static EncodedOutcome notRun(Throwable why) {
        try {
            return failed("The member that was to run the call could not: " + why);
        } catch (OutOfMemoryError e) {
            return NO_MEMORY_TO_RUN;
        }
    }

    /** The call cannot be run here, nor would another try be better. */
    private static EncodedOutcome failed(String why) {
        MarshallingException failure = new MarshallingException(why, null);
        failure.setStackTrace(new StackTraceElement[0]); // it is ours, and tells the caller nothing
        return new EncodedOutcome.Failed(ThrowableCodec.encode(failure), null);
    }

    /** Gives back the slot that was reserved for a long call; true once. */
    private boolean release(ReceivedCall call) {
        if (!call.endTransfer()) {
            return false;
        }
        call.pool.release();
        local.slotsChanged();
        return true;
    }

    private void cancel(TaskKey key) {
        ReceivedCall call;
        synchronized (calls) {
            call = calls.get(key);
            if (call == null) {
                arrivals.cancel(key);
                return;
            }
        }
        if (call.end() != null) {
            drop(call);
        } else if (release(call)) {
            call.ended(new EncodedOutcome.Cancelled(givenUp()));
        } else {
            call.cancel(givenUp());
        }
    }

    private String givenUp() {
        return "its caller, member " + peer + ", gave it up";
    }

    private void acknowledged(EndAck ack) throws ProtocolException {
        ReceivedCall call = get(ack.key());
        OutgoingTransfer end = call == null ? null : call.end();
        if (call != null
                && end != null
                && end.acknowledged(ack.chunks(), (index, bytes) -> send(new EndChunk(ack.key(), index, bytes)))) {
            drop(call);
        }
    }

    /** The caller has the long end of the task, or does not want it. */
    private void drop(ReceivedCall call) {
        if (remove(call.key)) {
            crossing.decrementAndGet();
            local.slotsChanged();
        }
    }

    /** A task has ended, or was never begun. */
    void ended(ReceivedCall call, News last, EncodedOutcome outcome) {
        try {
            if (!(outcome instanceof EncodedOutcome.NoSlot)) {
                local.counted(call.pool, Direction.RECEIVED, OutcomeCodec.label(outcome));
            }
            tellEnd(call, last, outcome);
        } catch (OutOfMemoryError e) { // its caller waits for an answer
            tellSurely(call, NO_MEMORY);
        }
    }

    /** As {@link #tellInstead}, now or once there is memory for it. Remembering that takes none. */
    private void tellSurely(ReceivedCall call, EncodedOutcome outcome) {
        try {
            tellInstead(call, outcome);
        } catch (OutOfMemoryError e) {
            call.owes(outcome);
            owesEnds = true;
            local.slotsChanged(); // which wakes the timer; without memory for that, the next change of anything does
        }
    }

    /** Does on the timer's thread what could not be done at once. */
    void goOn() {
        if (!owesEnds) {
            return;
        }
        owesEnds = false;
        List<ReceivedCall> all;
        try {
            all = all();
        } catch (OutOfMemoryError e) {
            owesEnds = true;
            throw e;
        }
        for (ReceivedCall call : all) {
            EncodedOutcome owed = call.owed();
            if (owed != null) {
                tellSurely(call, owed);
            }
        }
    }

    private List<ReceivedCall> all() {
        synchronized (calls) {
            return new ArrayList<>(calls.values());
        }
    }

    private void tellEnd(ReceivedCall call, News last, EncodedOutcome outcome) {
        FreeWord free = local.freeWord(call.pool, crossing.get());
        Parts message = MessageCodec.parts(new Ended(call.key, free, last, outcome));
        if (message.isShort()) {
            answer(call, free, message.whole());
            return;
        }
        if (get(call.key) == null) {
            return; // the peer is gone
        }
        OutgoingTransfer end = new OutgoingTransfer(message); // first: for want of memory it would count for ever
        crossing.incrementAndGet();
        call.offer(end);
        told.told(call.pool.name, free);
        send(new EndOffer(
                call.key, free, message.size())); // also if it was just cancelled: its caller waits for an answer
    }

    /** Gives up a long end, if there is one, and answers with a short one. */
    private void tellInstead(ReceivedCall call, EncodedOutcome outcome) {
        FreeWord free = local.freeWord(call.pool, crossing.get());
        if (answer(call, free, MessageCodec.encode(new Ended(call.key, free, News.NONE, outcome)))
                && call.end() != null) {
            crossing.decrementAndGet();
        }
        local.slotsChanged();
    }

    /** Answers, unless the peer is gone or does not want it. The call is known until that is done: what fails is tried again. */
    private boolean answer(ReceivedCall call, FreeWord free, byte[] message) {
        if (get(call.key) == null) {
            return false;
        }
        told.told(call.pool.name, free);
        outbox.accept(message);
        return remove(call.key);
    }

    void hasNews(ReceivedCall call) {
        local.hasNews(call);
    }

    void tell(TaskKey key, News news) {
        if (get(key) != null) {
            send(new Report(key, news));
        }
    }

    /** The peer is gone, or we are. */
    void close(String why) {
        List<ReceivedCall> left;
        synchronized (calls) {
            left = new ArrayList<>(calls.values()); // first: for want of memory they would be nobody's
            closed = true;
            calls.clear();
            if (!left.isEmpty()) {
                local.callerWent();
            }
        }
        for (ReceivedCall call : left) {
            release(call);
            call.cancel(why);
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
            calls.values().forEach(call -> counts.merge(call.pool.name, 1, Integer::sum));
        }
        return counts;
    }

    int crossingEnds() {
        return crossing.get();
    }

    /** Bytes still to cross, of each long message. */
    List<Long> crossing() {
        return all().stream().map(ReceivedCall::left).filter(left -> left > 0).toList();
    }

    /** Cancelled calls that have not come. */
    int awaited() {
        synchronized (calls) {
            return arrivals.waiting();
        }
    }

    private @Nullable ReceivedCall get(TaskKey key) {
        synchronized (calls) {
            return calls.get(key);
        }
    }

    private boolean remove(TaskKey key) {
        synchronized (calls) {
            boolean removed = calls.remove(key) != null;
            if (removed && calls.isEmpty()) {
                local.callerWent();
            }
            return removed;
        }
    }

    private void send(Message message) {
        outbox.accept(MessageCodec.encode(message));
    }
}
