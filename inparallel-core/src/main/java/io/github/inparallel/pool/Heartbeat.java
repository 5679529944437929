package io.github.inparallel.pool;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.units.Durations;

/** Pings workers, and ends one that does not answer. On the supervisor's thread. */
final class Heartbeat {

    private static final Log log = Log.of(Heartbeat.class);

    private final PoolOptions options;
    private final WorkerControl control;

    Heartbeat(PoolOptions options, WorkerControl control) {
        this.options = options;
        this.control = control;
    }

    /** Pings, or ends the worker, where it is time to; returns when it is next. */
    long beat(Worker worker, long now) {
        if (worker.control == null || worker.lost || worker.killed) {
            return Deadline.NEVER;
        }
        long answerBy =
                worker.pingSent == 0 ? Deadline.NEVER : Deadline.after(worker.pingSent, options.heartbeatTimeout());
        if (!Deadline.isDue(worker.nextPing, now) && !Deadline.isDue(answerBy, now)) {
            return Deadline.earlier(worker.nextPing, answerBy);
        }
        boolean paused = Deadline.isDue(Deadline.after(worker.nextPing, options.heartbeatInterval()), now);
        if (paused && worker.pingSent != 0) {
            worker.pingSent = now; // this process itself was paused: the count starts anew
        } else if (Deadline.isDue(answerBy, now)) {
            // Its end is what is told, once, with what it ran.
            log.debug(
                    "Worker {}, pid {}, has not answered for {}",
                    worker.name(),
                    worker.pid(),
                    Durations.text(options.heartbeatTimeout()));
            control.kill(worker, Cause.UNRESPONSIVE, null);
            return Deadline.NEVER;
        }
        worker.nextPing = Deadline.after(now, options.heartbeatInterval());
        // A ping each time, answered or not: it is also how the worker knows that this process lives.
        control.send(worker, Frame.of(FrameType.PING, 0));
        if (worker.pingSent == 0) {
            worker.pingSent = now;
        }
        return worker.nextPing;
    }
}
