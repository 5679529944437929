package io.github.inparallel.worker;

import io.github.inparallel.InParallelException;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.WireLimit;

/** An exception as bytes, whatever it does when it is asked about itself. */
final class Failures {

    private static final byte[] NOTHING = new byte[0];

    private Failures() {}

    /** Never fails: at the worst it is nothing, and the parent says that the worker could not say what happened. */
    static byte[] encode(Throwable failure) {
        String why;
        try {
            byte[] encoded = ThrowableCodec.encode(failure);
            if (encoded.length <= WireLimit.EXCEPTION.most()) {
                return encoded;
            }
            why = "its description takes " + encoded.length + " bytes";
        } catch (Throwable e) { // of its own methods, which may throw whatever they like
            why = "describing it failed with " + e.getClass().getName();
        }
        try {
            return ThrowableCodec.encode(new InParallelException("The task failed with an exception of type "
                    + failure.getClass().getName() + " that cannot be described: " + why));
        } catch (Throwable e) {
            return NOTHING;
        }
    }
}
