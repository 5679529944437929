package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.units.Durations;
import java.util.HashMap;
import java.util.Map;

/** Pings workers, and ends one that does not answer. On the supervisor's thread. */
@ConfinedToSupervisor
final class Heartbeat {

    private static final Log log = Log.of(Heartbeat.class);

    private final PoolOptions options;
    private final WorkerControl control;
    private final Map<Worker, Beat> beats = new HashMap<>(); // of those with a control connection

    /** Times of a worker's pings: of the next one, and of the first that is not answered. */
    private static final class Beat {
        private long next;
        private long unanswered; // when the first ping was sent that is not answered; 0: all are
        private boolean excused; // it does what stops all its threads
        private long excusedUntil;

        private Beat(long next) {
            this.next = next;
        }
    }

    Heartbeat(PoolOptions options, WorkerControl control) {
        this.options = options;
        this.control = control;
    }

    /** Pings the worker from now on, at once first: no task waits for the classes that its first answer loads. */
    void begin(Worker worker, long now) {
        beats.put(worker, new Beat(now));
    }

    /** Notes an answer of the worker. */
    void answered(Worker worker) {
        Beat beat = beats.get(worker);
        if (beat != null) {
            beat.unanswered = 0;
        }
    }

    /** Notes that the worker does what stops all its threads: until then, at most, its silence does not count. */
    void excuse(Worker worker, long until) {
        Beat beat = beats.get(worker);
        if (beat != null) {
            beat.excused = true;
            beat.excusedUntil = until;
        }
    }

    /** Notes that the worker has done so. */
    void returns(Worker worker, long now) {
        Beat beat = beats.get(worker);
        if (beat != null && beat.excused) {
            beat.excused = false;
            beat.unanswered = beat.unanswered == 0 ? 0 : now;
        }
    }

    void forget(Worker worker) {
        beats.remove(worker);
    }

    /** Pings the worker, or ends it, if it is time to. Returns when it is next. */
    long beat(Worker worker, long now) {
        Beat beat = beats.get(worker);
        if (beat == null || !worker.isConnected()) {
            return Deadline.NEVER;
        }
        if (beat.excused && Deadline.isDue(beat.excusedUntil, now)) {
            returns(worker, now);
        }
        long answerBy = beat.unanswered == 0 || beat.excused
                ? Deadline.NEVER
                : Deadline.after(beat.unanswered, options.heartbeatTimeout());
        if (!Deadline.isDue(beat.next, now) && !Deadline.isDue(answerBy, now)) {
            return Deadline.earlier(beat.next, answerBy);
        }
        boolean paused = Deadline.isDue(Deadline.after(beat.next, options.heartbeatInterval()), now);
        if (paused && beat.unanswered != 0) {
            beat.unanswered = now; // this process itself was paused: the count starts anew
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
        beat.next = Deadline.after(now, options.heartbeatInterval());
        // A ping each time, answered or not: it is also how the worker knows that this process lives.
        control.send(worker, Frame.of(FrameType.PING, 0));
        if (beat.unanswered == 0) {
            beat.unanswered = now;
        }
        return beat.next;
    }
}
