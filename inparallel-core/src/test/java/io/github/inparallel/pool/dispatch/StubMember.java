package io.github.inparallel.pool.dispatch;

import io.github.inparallel.pool.member.RemoteMember;
import io.github.inparallel.pool.member.SentTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Another member, which notes what it is told and does nothing by itself. For one thread. */
final class StubMember implements RemoteMember {

    private final String name;
    final List<SentTask> sent = new ArrayList<>();
    final List<SentTask> cancelled = new ArrayList<>();
    Consumer<SentTask> onRun = task -> {}; // while it is sent

    StubMember(String name) {
        this.name = name;
    }

    /** The attempt that it was sent last. */
    SentTask last() {
        return sent.get(sent.size() - 1);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(SentTask task) {
        sent.add(task);
        onRun.accept(task);
    }

    @Override
    public void cancel(SentTask task) {
        cancelled.add(task);
    }
}
