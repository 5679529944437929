package io.github.inparallel.marshal;

import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Where the values of one argument list, or one result, are written. Of one thread. */
final class ValueWriter {

    /** From here on objects wait until what is around them is written. */
    private static final int DEEP = 100;

    /** An object that is only named so far. */
    private record Waiting(Codec codec, Object value) {}

    private final JsonGenerator generator;
    private final boolean isBinary;
    private final @Nullable Map<Object, Integer> seen;
    private final @Nullable Map<Object, Boolean> open; // objects that have no identity there
    private final Queue<Waiting> waiting = new ArrayDeque<>(0);
    private int found; // how many that are being written are found by what they are equal to

    ValueWriter(JsonGenerator generator, boolean isBinary, boolean withIdentities) {
        this.generator = generator;
        this.isBinary = isBinary;
        this.seen = withIdentities ? new IdentityHashMap<>() : null;
        this.open = withIdentities ? new IdentityHashMap<>() : null;
    }

    JsonGenerator generator() {
        return generator;
    }

    /** Whether bytes are written as they are. */
    boolean isBinary() {
        return isBinary;
    }

    boolean hasIdentities() {
        return seen != null;
    }

    void write(Codec codec, @Nullable Object value) {
        if (value == null) {
            generator.writeNull();
            return;
        }
        if (codec.isShared()) {
            if (seen != null && isReference(seen, codec, value)) {
                return;
            }
            if (found > 0) {
                Identity.check(value);
            }
        }
        codec.write(this, value);
    }

    /** Writes an element of a set, or a key: what it is equal to may depend on the identities of all that it holds. */
    void writeFound(Codec codec, @Nullable Object value) {
        Identity.check(value);
        found++;
        write(codec, value);
        found--; // whoever fails writes no more
    }

    private boolean isReference(Map<Object, Integer> known, Codec codec, Object value) {
        Integer before = known.putIfAbsent(value, known.size());
        if (before != null) {
            generator.writeNumber((int) before);
            return true;
        }
        if (codec.isMadeFirst() && generator.streamWriteContext().getNestingDepth() > DEEP) {
            generator.writeNumber(known.size() - 1);
            waiting.add(new Waiting(codec, value));
            return true;
        }
        return false;
    }

    /** Whether an object that has no identity there is not within itself. */
    boolean enter(Object value) {
        return open == null || open.put(value, true) == null;
    }

    void leave(Object value) {
        if (open != null) {
            open.remove(value);
        }
    }

    /** Those that are only named so far. */
    void writeWaiting() {
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            try {
                next.codec.write(this, next.value);
            } catch (Throwable e) {
                throw ValueFailure.at(next.value.getClass().getSimpleName(), e);
            }
        }
    }
}
