package io.github.inparallel.cluster;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.FreeSlots;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What members say to each other. Of two words about free slots the one with the greater number counts, since messages may
 * overtake each other. A call or an end that is too long for one message is offered, and crosses in chunks, each of
 * which is acknowledged; the chunks together are the message.
 */
sealed interface Message {

    /** Version of what is said here and how it is written. */
    int PROTOCOL = 2;

    /**
     * The first that members say to each other.
     *
     * @param protocol all that is known of a member if it is not {@link #PROTOCOL}
     * @param pools in the order in which the member counts them
     */
    record Greeting(int protocol, String application, String version, List<Methods> pools) implements Message {}

    /**
     * The methods of a pool.
     *
     * @param contract a hash of all of them
     * @param signatures as many as have room
     * @param whole whether these are all
     */
    record Methods(String pool, String contract, List<String> signatures, boolean whole) {}

    /**
     * How many tasks a member takes.
     *
     * @param leaving whether it will take nothing more
     * @param pools those that both sides have
     */
    record Free(long number, boolean leaving, Map<String, FreeSlots> pools) implements Message {}

    /**
     * To a member that leaves: none of our calls is there, none is on its way, and none will be sent. Before every peer has
     * said so, a call may be on its way that would be lost.
     */
    record NoMore() implements Message {}

    /** From the caller of a task to the member that runs it. */
    sealed interface ToRunner extends Message {
        TaskKey key();
    }

    /** From the member that runs a task to its caller. */
    sealed interface ToCaller extends Message {
        TaskKey key();
    }

    record Call(TaskKey key, EncodedCall call) implements ToRunner {}

    /** A call of so many bytes would come. */
    record CallOffer(TaskKey key, long size) implements ToRunner {}

    record CallChunk(TaskKey key, int index, ByteBuffer bytes) implements ToRunner {}

    /** So many chunks of the end have arrived: 0 asks for the first. */
    record EndAck(TaskKey key, int chunks) implements ToRunner {}

    /** The caller wants nothing more of the task, neither its run nor its outcome. */
    record Cancel(TaskKey key) implements ToRunner {}

    /** So many chunks of the call have arrived: 0 asks for the first. */
    record CallAck(TaskKey key, int chunks) implements ToCaller {}

    /** What has happened to the task. */
    record Report(TaskKey key, News news) implements ToCaller {}

    /**
     * The one answer to a call.
     *
     * @param news what has not been reported yet
     */
    record Ended(TaskKey key, FreeWord free, News news, EncodedOutcome outcome) implements ToCaller {}

    /** The task has ended, and its end has so many bytes. */
    record EndOffer(TaskKey key, FreeWord free, long size) implements ToCaller {}

    record EndChunk(TaskKey key, int index, ByteBuffer bytes) implements ToCaller {}

    /** How many tasks the member takes of the pool whose task this is about. */
    record FreeWord(long number, FreeSlots slots) {}

    /**
     * What has happened to a task until now.
     *
     * @param number of two, the greater counts
     * @param worker that has it now; null if none has
     * @param progress the newest; null if there is none
     */
    record News(
            int number,
            @Nullable String worker,
            long pid,
            @Nullable TaskProgress progress) {

        static final News NONE = new News(0, null, 0, null);
    }
}
