package io.github.inparallel.cluster;

import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.SentTask;
import java.util.function.Consumer;

/** A pool of a peer, of the same name as one of ours: what our pool knows of the peer. */
final class PeerPool implements RemoteMember {

    final LocalPool pool;
    final HeardSlots slots;
    private final String peer;
    private final SentCalls calls;

    /** @param later has something done on the timer's thread */
    PeerPool(LocalPool pool, String peer, SentCalls calls, Consumer<Runnable> later) {
        this.pool = pool;
        this.peer = peer;
        this.calls = calls;
        slots = new HeardSlots(pool.remote(), this, later);
    }

    @Override
    public String name() {
        return peer;
    }

    @Override
    public void run(SentTask task) {
        calls.run(this, task);
    }

    @Override
    public void cancel(SentTask task) {
        calls.cancel(new TaskKey(pool.number, task.id()));
    }

    @Override
    public String toString() {
        return peer + "/" + pool.name;
    }
}
