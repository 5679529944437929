package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.cluster.ClusterStats;
import io.github.inparallel.spring.ClusterView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Shows members as the starter's endpoint, health and page know them. Thread-safe. */
final class MembershipView implements ClusterView {

    private final ClusterMembership membership;

    MembershipView(ClusterMembership membership) {
        this.membership = membership;
    }

    @Override
    public Optional<String> address() {
        return membership.address();
    }

    @Override
    public List<Member> members() {
        return membership.members().stream().map(MembershipView::shown).toList();
    }

    private static Member shown(ClusterStats.Member member) {
        Map<String, Integer> free = new TreeMap<>();
        member.free().forEach((pool, slots) -> free.put(pool, slots.sum()));
        return new Member(
                member.name(),
                member.state().label(),
                member.difference().orElse(null),
                free,
                member.sent(),
                member.received(),
                member.sentByPool(),
                member.receivedByPool());
    }
}
