package io.github.inparallel.protocol;

/** Kinds of frames. Their order is the wire format: add at the end, and raise {@link Hello#VERSION}. */
public enum FrameType {
    /** Worker to parent, first on every connection: who it is. */
    HELLO,
    /** Worker to parent, control: it can run tasks. */
    READY,
    /** Worker to parent, control: it cannot; the payload is the reason. */
    START_FAILED,
    /** Parent to worker, control: are you there? */
    PING,
    /** Worker to parent, control: I am. */
    PONG,
    /** Parent to worker, data: run this. */
    TASK,
    /** Worker to parent, data: how long the method ran, and what it returned. */
    RESULT,
    /** Worker to parent, data: what the method threw. */
    ERROR,
    /** Parent to worker, control: stop this task, politely. */
    CANCEL,
    /** Parent to worker, control: where is this task? */
    INSPECT,
    /** Worker to parent, control: since when the task runs, and the stack of its thread. */
    INSPECTED,
    /** Worker to parent, control: a progress report. */
    PROGRESS,
    /** Parent to worker, control: finish and leave. */
    RETIRE,
    /** Worker to parent, control: somebody called exit in it. */
    EXITING,
    /** Worker to parent, data: it has read the whole of a large request. */
    STARTED,
    /** Worker to parent, log connection: a log event. */
    LOG,
    /** Parent to worker, control: levels of loggers. */
    LEVELS,
    /** Worker to parent, control, before READY: what it made and what it held back. */
    REPORT,
    /** Parent to worker, control: what do your threads do? */
    DUMP,
    /** Worker to parent, control: this. */
    DUMPED,
    /** Parent to worker, control: do not begin tasks that you were given early, up to this one. */
    REVOKE,
    /** Worker to parent, data: the last one that has begun; those after it will not. */
    REVOKED,
    /** Worker to parent, data, before an answer: what it has run out of. It begins no other task. */
    EXHAUSTED,
    /** Parent to worker, control: of which classes are your objects? */
    HISTOGRAM,
    /** Worker to parent, control: of these. */
    COUNTED,
    /** Worker to parent, control: what its bootstrap has to tell; only the application knows what it means. */
    TOLD;

    private static final FrameType[] ALL = values();

    static FrameType of(int code) throws ProtocolException {
        if (code < 0 || code >= ALL.length) {
            throw new ProtocolException("unknown frame type " + code);
        }
        return ALL[code];
    }
}
