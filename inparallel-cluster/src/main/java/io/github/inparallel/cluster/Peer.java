package io.github.inparallel.cluster;

/**
 * Another member, from its joining to its end. One that comes back is another peer.
 *
 * @param id unique for ever
 * @param name its address, for people
 */
public record Peer(String id, String name) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Peer peer && peer.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
