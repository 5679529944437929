package io.github.inparallel.marshal;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Where the values of one argument list, or one result, are written. Of one thread. */
final class ValueWriter {

    /** An object that was written before, by each codec that wrote it. */
    private record Seen(Codec codec, int id, @Nullable Seen other) {}

    private final JsonGenerator generator;
    private final boolean isBinary;
    private final @Nullable Map<Object, Seen> seen;
    private int nextId;

    ValueWriter(JsonGenerator generator, boolean isBinary, boolean withIdentities) {
        this.generator = generator;
        this.isBinary = isBinary;
        this.seen = withIdentities ? new IdentityHashMap<>() : null;
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
        if (seen != null && codec.isShared() && isReference(seen, codec, value)) {
            return;
        }
        codec.write(this, value);
    }

    private boolean isReference(Map<Object, Seen> known, Codec codec, Object value) {
        Seen before = known.get(value);
        for (Seen each = before; each != null; each = each.other) {
            if (each.codec == codec) {
                generator.writeNumber(each.id);
                return true;
            }
        }
        known.put(value, new Seen(codec, nextId++, before));
        return false;
    }
}
