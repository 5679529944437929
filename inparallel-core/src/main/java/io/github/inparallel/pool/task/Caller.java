package io.github.inparallel.pool.task;

import io.github.inparallel.InParallelException;
import io.github.inparallel.MarshallingException;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Frame;
import org.jspecify.annotations.Nullable;

/** A caller in this process: its results are decoded, and its failures show who made the call. One object for each call. */
final class Caller extends CallerStack implements Recipient {

    private final transient TaskMethod method;

    /** @param waits whether this thread waits until the task ends */
    Caller(TaskMethod method, boolean waits) {
        super(waits ? Thread.currentThread() : null);
        this.method = method;
    }

    @Override
    public @Nullable Object result(Frame answer) throws Throwable {
        try {
            return method.codec().decodeResult(answer.payload(), Answer.OFFSET, answer.attachment());
        } catch (RuntimeException | Error e) {
            throw appendTo(e);
        } catch (Throwable e) { // a constructor's, thrown where none is declared
            throw appendTo(new MarshallingException(
                    method.displayName() + ": its result cannot be rebuilt: "
                            + e.getClass().getName(),
                    e));
        }
    }

    @Override
    public Throwable failure(byte[] encoded, ClassLoader loader, @Nullable String note) {
        Throwable failure;
        try {
            failure = ThrowableCodec.decode(encoded, loader);
        } catch (Throwable e) {
            failure = new MarshallingException(
                    method.displayName() + ": its exception cannot be rebuilt: "
                            + e.getClass().getName(),
                    e);
        }
        if (note != null) {
            annotate(failure, note);
        }
        return appendTo(failure);
    }

    /** Says something more of a failure, whose own message stays as it is. */
    private static void annotate(Throwable failure, String note) {
        try {
            InParallelException more = new InParallelException(note);
            more.setStackTrace(new StackTraceElement[0]);
            failure.addSuppressed(more);
        } catch (Throwable e) {
            // it takes none, or there is no memory: it still is what happened
        }
    }

    @Override
    public <E extends Throwable> E shown(E failure) {
        return replaceIn(failure);
    }
}
