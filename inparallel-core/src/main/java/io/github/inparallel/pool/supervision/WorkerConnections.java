package io.github.inparallel.pool.supervision;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.pool.dispatch.SlotConnection;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.WireLimit;
import java.io.IOException;
import java.util.function.Predicate;

/** Hands over connections that were let in: to a worker's control, to one of its slots, or to the reader of its log. */
final class WorkerConnections {

    /** Hears what is read from a worker's log, on whatever thread reads it. */
    interface Listener {
        /** The worker has sent what is no log event. */
        void broken(Worker worker);

        /** This process failed: what the worker logs is not read any more, though it may go on. */
        void unheard(Worker worker);

        /** The log has ended: nothing more will come. */
        void logEnded(Worker worker);
    }

    private final PoolOptions options;
    private final Machine machine;
    private final Predicate<Worker> repeats;
    private final Listener listener;

    /** @param repeats tells whether what a worker logs has been logged before, by others that could not start */
    WorkerConnections(PoolOptions options, Machine machine, Predicate<Worker> repeats, Listener listener) {
        this.options = options;
        this.machine = machine;
        this.repeats = repeats;
        this.listener = listener;
    }

    void connect(Worker worker, int index, FrameChannel channel) throws IOException {
        if (index == Hello.LOG) {
            readLog(worker, channel);
        } else if (index == Hello.CONTROL) {
            channel.maxPayload(WireLimit.MESSAGE.most());
            worker.control().connect(channel);
        } else {
            readAnswers(worker, index, channel);
        }
    }

    private void readAnswers(Worker worker, int index, FrameChannel channel) {
        // An exception may say more than a result.
        channel.maxPayload(
                (int) Math.min(Integer.MAX_VALUE - 64, (long) options.maxPayload() + WireLimit.MESSAGE.most()));
        SlotConnection connection = worker.slots().get(index).connection();
        connection.connect(channel, options.spin().toNanos());
        try {
            machine.start(connection, "inparallel-" + options.name() + "-slot-" + worker.number() + "-" + index);
        } catch (Throwable e) {
            connection.readsNever();
            throw e;
        }
    }

    private void readLog(Worker worker, FrameChannel channel) throws IOException {
        WorkerLogs logs = options.logs();
        if (logs == null) {
            channel.close();
            return;
        }
        channel.maxPayload(WireLimit.MESSAGE.most());
        worker.logBegins();
        LogReader.Listener reading = new LogReader.Listener() {
            @Override
            public boolean isKnown() {
                return repeats.test(worker);
            }

            @Override
            public void broken() {
                listener.broken(worker);
            }

            @Override
            public void unheard() {
                listener.unheard(worker);
            }

            @Override
            public void ended() {
                listener.logEnded(worker);
            }
        };
        machine.start(
                new LogReader(worker, options.name(), channel, logs, reading),
                "inparallel-" + options.name() + "-log-" + worker.number());
    }
}
