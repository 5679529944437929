package io.github.inparallel.cluster.jgroups;

import org.jgroups.Message;
import org.jgroups.protocols.NoBundler;
import org.jgroups.util.ByteArrayDataOutputStream;

/** Writes each message by itself, as {@link NoBundler}, but into an array that is long enough: else each would be copied once more. */
final class DirectBundler extends NoBundler {

    /** Bytes that a message begins with and that its size does not count; there are five of them in JGroups 5.5. */
    static final int AROUND = 16;

    @Override
    public void send(Message message) throws Exception {
        sendSingle(message.getDest(), message, new ByteArrayDataOutputStream(message.size() + AROUND));
    }
}
