package io.github.inparallel.marshal;

import org.jspecify.annotations.Nullable;

/**
 * An argument list or a result, as bytes.
 *
 * @param bytes what was written
 * @param attachment a large {@code byte[]} among it that was left where it is; null if there is none
 */
public record Encoded(byte[] bytes, byte @Nullable [] attachment) {

    /** A {@code byte[]} of at least this length is not written into the others' bytes, but crosses beside them. */
    static final int ATTACHED_FROM = 32 * 1024;

    /** How many bytes cross. */
    public int size() {
        return bytes.length + (attachment == null ? 0 : attachment.length);
    }

    /** The same, safe from whoever changes the array that was passed. */
    public Encoded copied() {
        return attachment == null ? this : new Encoded(bytes, attachment.clone());
    }
}
