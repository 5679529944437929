package io.github.inparallel.cluster;

import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.pool.member.LentSlots;
import io.github.inparallel.pool.member.ReceivedTask;
import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.RemoteSlots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pool whose slots and tasks do what a test says. */
final class TestPool implements RemoteSlots, LentSlots {

    /** A task that another member sent. */
    static final class Received {
        final EncodedCall call;
        final String from;
        final Listener listener;
        final List<String> cancels = new ArrayList<>();

        Received(EncodedCall call, String from, Listener listener) {
            this.call = call;
            this.from = from;
            this.listener = listener;
        }
    }

    final Map<RemoteMember, FreeSlots> members = new LinkedHashMap<>();
    final List<FreeSlots> heard = new ArrayList<>();
    final List<Received> received = new ArrayList<>();
    boolean needed;
    Runnable whenAsked = () -> {}; // whether it is needed
    Runnable whenGone = () -> {}; // before it notes that a member is gone
    private FreeSlots free;
    private Runnable listener = () -> {};

    TestPool(int free) {
        this.free = new FreeSlots(free, 0);
    }

    void setFree(int idle) {
        setFree(new FreeSlots(idle, 0));
    }

    void setFree(FreeSlots slots) {
        free = slots;
        listener.run();
    }

    /** The only member it knows. */
    RemoteMember member() {
        return members.keySet().iterator().next();
    }

    @Override
    public void free(RemoteMember member, FreeSlots slots) {
        members.put(member, slots);
        heard.add(slots);
    }

    @Override
    public void gone(RemoteMember member) {
        whenGone.run();
        members.remove(member);
    }

    @Override
    public boolean isNeeded() {
        whenAsked.run();
        return needed;
    }

    @Override
    public FreeSlots free() {
        return free;
    }

    @Override
    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public ReceivedTask run(EncodedCall call, String from, Listener taskListener) {
        if (free.sum() == 0) {
            taskListener.ended(new EncodedOutcome.NoSlot());
            return why -> {};
        }
        Received task = new Received(call, from, taskListener);
        received.add(task);
        setFree(free.idle() - 1);
        return task.cancels::add;
    }
}
