package io.github.inparallel.cluster.jgroups;

import io.github.inparallel.cluster.Peer;
import io.github.inparallel.cluster.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a member has heard, in order. */
final class Heard implements Transport.Events {

    final List<Peer> joined = new CopyOnWriteArrayList<>();
    final List<Peer> left = new CopyOnWriteArrayList<>();
    final List<String> reasons = new CopyOnWriteArrayList<>();
    final List<byte[]> messages = new CopyOnWriteArrayList<>();

    @Override
    public void joined(Peer peer) {
        joined.add(peer);
    }

    @Override
    public void left(Peer peer, String why) {
        left.add(peer);
        reasons.add(why);
    }

    @Override
    public void received(Peer from, ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        messages.add(bytes);
    }

    List<String> texts() {
        return messages.stream()
                .map(message -> new String(message, StandardCharsets.UTF_8))
                .toList();
    }
}
