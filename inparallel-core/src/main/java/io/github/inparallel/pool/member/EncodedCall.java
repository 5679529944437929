package io.github.inparallel.pool.member;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call whose arguments are encoded: what crosses from one member to another, and from there to a worker. Immutable, if
 * nobody writes to its arrays.
 *
 * @param taskId id of the task at its caller
 * @param displayName the method, as messages name it
 * @param address the method, as workers find it
 * @param timeoutMillis running time limit; 0 is none
 * @param queueMillis how long it may wait for a worker before it goes back to its caller; 0 is for ever
 * @param attributes what travels beside the arguments
 * @param arguments what the worker decodes
 * @param attachment a large {@code byte[]} among the arguments
 */
public record EncodedCall(
        String taskId,
        String displayName,
        byte[] address,
        long timeoutMillis,
        long queueMillis,
        Map<String, String> attributes,
        byte[] arguments,
        byte @Nullable [] attachment) {

    /** Bytes of the arguments. */
    public long size() {
        return (long) arguments.length + (attachment == null ? 0 : attachment.length);
    }
}
