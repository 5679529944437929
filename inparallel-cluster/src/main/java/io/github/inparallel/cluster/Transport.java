package io.github.inparallel.cluster;

import java.nio.ByteBuffer;

/**
 * Carries messages between the members of a cluster, and says who is there. Messages arrive once or are lost with the peer; they
 * may overtake each other. Thread-safe.
 */
public interface Transport {

    /** Longest message that is sent in one piece, in bytes. */
    int LONGEST_MESSAGE = 256 * 1024;

    /** Why a peer is gone that has closed its connections, as far as a transport knows. */
    String LEFT = "it left, or another member lost it";

    /** Joins. Events may come before this returns. */
    void start(Events events);

    /** Returns who this member is; only after it has joined. */
    Peer self();

    /**
     * Sends a message. Never waits for the peer, also if it has stopped reading, and never throws: a peer to which nothing can be
     * sent has left, or will be said to have.
     *
     * @param message not written to afterwards
     */
    void send(Peer to, byte[] message);

    /** As {@link #send}, of a message that others to the same peer follow soon: it may wait a moment and go with them. */
    default void sendSoon(Peer to, byte[] message) {
        send(to, message);
    }

    /** Leaves. The others hear of it at once. */
    void stop();

    /** Hears what happens; on the transport's threads, at once by several. It does not wait, and what it throws is logged. */
    interface Events {

        /** A peer is there. Nothing is heard of it before. */
        void joined(Peer peer);

        /**
         * A peer is gone. Nothing more is heard of it.
         *
         * @param why a clause for people, as "it left" or "it did not answer for 10 s"
         */
        void left(Peer peer, String why);

        /** A message of a peer, which nobody writes to any more. */
        void received(Peer from, ByteBuffer message);
    }
}
