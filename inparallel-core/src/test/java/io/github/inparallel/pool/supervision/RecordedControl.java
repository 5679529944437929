package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.protocol.Frame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does nothing to workers, and keeps what it was asked for, in order. For one thread. */
final class RecordedControl implements WorkerControl {

    private final List<String> asked = new ArrayList<>();
    Runnable onRetire = () -> {}; // what happens in the moment in which a worker is asked to leave

    @Override
    public void launch() {
        asked.add("launch");
    }

    @Override
    public void retire(Worker worker, Cause cause, long now) {
        onRetire.run();
        worker.retires(cause, Deadline.NEVER);
        asked.add("retire " + worker.name() + " " + cause);
    }

    @Override
    public void send(Worker worker, Frame frame) {
        asked.add("send " + worker.name() + " " + frame.type());
    }

    @Override
    public void kill(Worker worker, @Nullable Cause cause, @Nullable String culprit) {
        worker.condemn();
        asked.add("kill " + worker.name() + " " + cause);
    }

    /** What it was asked for since this was called last. */
    List<String> taken() {
        List<String> taken = List.copyOf(asked);
        asked.clear();
        return taken;
    }
}
