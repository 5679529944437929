package io.github.inparallel.cluster.jgroups;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How members reach each other.
 *
 * @param silenceSeconds time without a sign of life after which a member is asked, and is gone if it does not answer
 * @param seenAs address by which others reach this member; null if it is the one that it has
 * @param resolver finds the addresses of names
 */
record Reach(int silenceSeconds, @Nullable InetSocketAddress seenAs, KnownAddresses.Resolver resolver) {

    /**
     * A member whose process ends is noticed at once by its connection; silence is for machines that are cut off or stand
     * still. It is longer than what a full garbage collection or a short hiccup of a network takes.
     */
    static final Reach USUAL = new Reach(10, null, KnownAddresses.Resolver.SYSTEM);

    /** Milliseconds of so many silences. */
    int millis(double silences) {
        return (int) (silenceSeconds * 1_000 * silences);
    }
}
