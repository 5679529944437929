package io.github.inparallel.marshal;

import org.jspecify.annotations.Nullable;

/** Objects that cross as others. */
final class ReplacementCodec<T, R> extends Codec {

    private final KnownTypes.Replacement<T, R> replacement;
    private final Lazy as;

    ReplacementCodec(KnownTypes.Replacement<T, R> replacement, Lazy as) {
        this.replacement = replacement;
        this.as = as;
    }

    @Override
    void write(ValueWriter out, Object value) {
        out.write(as.get(), replacement.replacing().apply(replacement.type().cast(value)));
    }

    @Override
    @SuppressWarnings("unchecked") // what is read is of the type that was declared for it
    Object read(ValueReader in) {
        @Nullable Object read = in.read(as.get());
        if (read == null) {
            throw ValueFailure.malformed("nothing to make it of");
        }
        return replacement.restoring().apply((R) read);
    }
}
