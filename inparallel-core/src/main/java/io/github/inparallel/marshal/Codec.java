package io.github.inparallel.marshal;

/** How the values of one type are written and read. Thread-safe. */
abstract class Codec {

    /** @param value never null */
    abstract void write(ValueWriter out, Object value);

    /** Reads from the current token, and ends at the last one of the value. */
    abstract Object read(ValueReader in);

    /** Whether null is a value of the type. */
    boolean takesNull() {
        return true;
    }

    /** Whether a value is written once, and then referred to, where objects are written with their identities. */
    boolean isShared() {
        return false;
    }
}
