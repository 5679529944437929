package io.github.inparallel.pool;

import io.github.inparallel.WorkerExit.Cause;
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
            return Long.MAX_VALUE;
        }
        long timeout = options.heartbeatTimeout().toNanos();
        if (worker.nextPing - now > 0 && (worker.pingSent == 0 || worker.pingSent + timeout - now > 0)) {
            return worker.pingSent == 0 ? worker.nextPing : Math.min(worker.nextPing, worker.pingSent + timeout);
        }
        if (now - worker.nextPing > options.heartbeatInterval().toNanos() && worker.pingSent != 0) {
            worker.pingSent = now; // this process itself was paused: the count starts anew
        }
        if (worker.pingSent != 0 && now - worker.pingSent >= timeout) {
            log.warn(
                    "Worker {}, pid {}, has not answered for {}",
                    worker.name(),
                    worker.pid(),
                    Durations.text(options.heartbeatTimeout()));
            control.kill(worker, Cause.UNRESPONSIVE, null);
            return Long.MAX_VALUE;
        }
        worker.nextPing = now + options.heartbeatInterval().toNanos();
        // A ping each time, answered or not: it is also how the worker knows that this process lives.
        control.send(worker, Frame.of(FrameType.PING, 0));
        if (worker.pingSent == 0) {
            worker.pingSent = now;
        }
        return worker.nextPing;
    }
}
