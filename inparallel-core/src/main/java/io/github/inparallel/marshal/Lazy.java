package io.github.inparallel.marshal;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** A codec that is made when it is first needed: types refer to themselves. */
final class Lazy {

    private final Codecs codecs;
    private final JavaType type;
    private volatile @Nullable Codec made; // by whoever comes first; others find the same

    Lazy(Codecs codecs, JavaType type) {
        this.codecs = codecs;
        this.type = type;
    }

    Codec get() {
        Codec known = made;
        if (known == null) {
            known = codecs.of(type);
            made = known;
        }
        return known;
    }
}
