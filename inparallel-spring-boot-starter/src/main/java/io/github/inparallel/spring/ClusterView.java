package io.github.inparallel.spring;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows the cluster of which the application is a member. A bean of this type is there if it is one. Thread-safe. */
public interface ClusterView {

    /** Returns the address of this member, as the others name it; empty once it has left. */
    Optional<String> address();

    /** Returns the other members, as far as this one sees them. */
    List<Member> members();

    /**
     * Another member at this moment.
     *
     * @param address as {@code TaskFuture.member()} and messages name it
     * @param state whether it runs tasks of this one, and has its own run here: {@code joining}, {@code compatible}, {@code
     *     incompatible} or {@code leaving}
     * @param difference why it is incompatible; null if it is not
     * @param freeSlots slots that it lends, by pool, as far as this member has heard
     * @param sent tasks of this member that it has
     * @param received tasks of its own that this member has
     * @param sentByPool the same by pool, as far as there are any
     * @param receivedByPool the same by pool, as far as there are any
     */
    record Member(
            String address,
            String state,
            @Nullable String difference,
            Map<String, Integer> freeSlots,
            int sent,
            int received,
            Map<String, Integer> sentByPool,
            Map<String, Integer> receivedByPool) {}
}
