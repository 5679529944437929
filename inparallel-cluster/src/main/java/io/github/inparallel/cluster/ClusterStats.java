package io.github.inparallel.cluster;

import io.github.inparallel.pool.member.FreeSlots;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a cluster looks like to one of its members, at one moment.
 *
 * @param self this member's address; empty until it has joined
 * @param contract a hash of what it is: those with the same one are compatible
 * @param leaving whether it takes nothing more of others
 * @param members the others, by name
 */
public record ClusterStats(Optional<String> self, String contract, boolean leaving, List<Member> members) {

    public ClusterStats {
        members = List.copyOf(members);
    }

    /** How many there are in this state. */
    public int count(State state) {
        return (int) members.stream().filter(member -> member.state() == state).count();
    }

    /** Whether members run each other's calls. */
    public enum State {
        /** It is there, and has not said what it is. */
        JOINING,
        /** It does. */
        COMPATIBLE,
        /** It has other methods, or is another application. */
        INCOMPATIBLE,
        /** It takes nothing more, finishes what it runs, and leaves. */
        LEAVING;

        /** The state as messages and metric tags spell it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Another member.
     *
     * @param name its address
     * @param since when it joined, or we did
     * @param version of its application; empty until it has said it
     * @param difference why it is incompatible
     * @param free slots that it lends us, by pool, as far as we have heard
     * @param sent tasks of ours that it has
     * @param received tasks of its own that we have
     * @param sentByPool the same by pool
     * @param receivedByPool the same by pool
     * @param transfers long calls and results that are crossing now, both ways
     * @param transferBytes what is left of them
     */
    public record Member(
            String name,
            State state,
            Instant since,
            Optional<String> version,
            Optional<String> difference,
            Map<String, FreeSlots> free,
            int sent,
            int received,
            Map<String, Integer> sentByPool,
            Map<String, Integer> receivedByPool,
            int transfers,
            long transferBytes) {

        public Member {
            free = Collections.unmodifiableMap(new TreeMap<>(free));
            sentByPool = Collections.unmodifiableMap(new TreeMap<>(sentByPool));
            receivedByPool = Collections.unmodifiableMap(new TreeMap<>(receivedByPool));
        }
    }
}
