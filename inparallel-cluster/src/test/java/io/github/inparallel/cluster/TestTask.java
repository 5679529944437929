package io.github.inparallel.cluster;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.SentTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A task that is sent, and what it has heard. */
class TestTask implements SentTask {

    final List<String> events = new ArrayList<>();
    private final long id;
    private final int bytes;
    private final long timeoutNanos;

    @Nullable
    EncodedOutcome outcome;

    boolean over;

    TestTask(long id) {
        this(id, 10, 0);
    }

    TestTask(long id, int bytes, long timeoutNanos) {
        this.id = id;
        this.bytes = bytes;
        this.timeoutNanos = timeoutNanos;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Optional<EncodedCall> call() {
        return over
                ? Optional.empty()
                : Optional.of(new EncodedCall("t" + id, "Work.do", new byte[3], 0, 0, Map.of(), new byte[bytes], null));
    }

    @Override
    public long timeoutNanos() {
        return timeoutNanos;
    }

    @Override
    public void started(String worker, long pid) {
        events.add("started in " + worker + " " + pid);
    }

    @Override
    public void progressed(TaskProgress progress) {
        events.add("progress " + progress.fraction());
    }

    @Override
    public void ended(EncodedOutcome end) {
        outcome = end;
        events.add(OutcomeCodec.label(end));
    }

    @Override
    public void memberLost(String why) {
        events.add("lost: " + why);
    }

    @Override
    public void outcomeLost(String why) {
        events.add("outcome lost: " + why);
    }

    @Override
    public void resultTooLarge(long bytes) {
        events.add("result of " + bytes + " bytes");
    }

    @Override
    public void overdue() {
        events.add("overdue");
    }

    @Override
    public boolean isOver() {
        return over;
    }
}
