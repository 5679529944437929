package io.github.inparallel.marshal;

import tools.jackson.databind.JavaType;

/** No value crosses but null. */
final class RefusedCodec extends Codec {

    private final JavaType type;
    private final Refusal refusal;

    RefusedCodec(JavaType type, Refusal refusal) {
        this.type = type;
        this.refusal = refusal;
    }

    @Override
    void write(ValueWriter out, Object value) {
        throw ValueFailure.of(value, type, refusal.why(), refusal.instead());
    }

    @Override
    Object read(ValueReader in) {
        throw ValueFailure.malformed("a value that does not cross");
    }
}
