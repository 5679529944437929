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

    /** Whether an object that was read before, perhaps where another type is declared, may stand here. */
    boolean mayBe(Object before) {
        return false;
    }

    /** Whether objects are made first, and then get what they have. */
    boolean isMadeFirst() {
        return false;
    }

    /** One that has nothing yet. */
    Object make() {
        throw new UnsupportedOperationException();
    }

    /** What one has that was made before. */
    void readInto(ValueReader in, Object made) {
        throw new UnsupportedOperationException();
    }
}
