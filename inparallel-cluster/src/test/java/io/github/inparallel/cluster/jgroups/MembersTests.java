package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.cluster.Peer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

class MembersTests {

    private final Heard heard = new Heard();
    private final List<Long> greetings = new ArrayList<>();
    private final Address ann = new UUID(1, 1);
    private final Address bob = new UUID(2, 2);
    private final Members members = new Members(
            heard,
            address -> address.equals(ann) ? "ann" : "bob",
            address -> "it left",
            (to, since) -> greetings.add(since));

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    @Test
    void whoIsInAViewHasJoinedAndWhoIsNotHasLeft() {
        members.view(1, Set.of(ann, bob));
        members.view(2, Set.of(bob));

        assertThat(heard.joined).extracting(Peer::name).containsExactlyInAnyOrder("ann", "bob");
        assertThat(heard.left).extracting(Peer::name).containsExactly("ann");
        assertThat(heard.reasons).containsExactly("it left");
    }

    @Test
    void whoComesBackIsAnotherPeer() {
        members.view(1, Set.of(ann));
        members.view(2, Set.of());
        members.view(3, Set.of(ann));

        assertThat(heard.joined).hasSize(2).doesNotHaveDuplicates();
        assertThat(members.find(heard.joined.get(0))).isNull();
        assertThat(members.find(heard.joined.get(1))).isNotNull();
    }

    @Test
    void aMessageAheadOfTheViewWaitsForIt() {
        members.view(1, Set.of());
        members.received(ann, 2, bytes("early"));
        assertThat(heard.messages).isEmpty();

        members.view(2, Set.of(ann));

        assertThat(heard.texts()).containsExactly("early");
    }

    @Test
    void aMessageOfBeforeAPartitionIsNotHeardAfterIt() {
        members.view(1, Set.of(ann));
        members.view(2, Set.of());
        members.view(3, Set.of(ann));

        members.received(ann, 1, bytes("old"));
        members.received(ann, 3, bytes("new"));

        assertThat(heard.texts()).containsExactly("new");
    }

    @Test
    void aMessageThatIsAheadOfItsSenderWaitsButNotForEver() {
        members.view(1, Set.of());
        members.received(ann, 2, bytes("early"));
        members.view(3, Set.of());
        members.view(4, Set.of(ann));

        assertThat(heard.messages).isEmpty();
    }

    @Test
    void whoHasLostUsInBetweenIsAnotherPeerHereToo() {
        members.view(1, Set.of(ann));
        members.view(5, Set.of(ann)); // we have noticed nothing

        members.received(ann, 5, ByteBuffer.allocate(0));

        assertThat(heard.left).containsExactly(heard.joined.get(0));
        assertThat(heard.reasons).containsExactly("it was cut off, and is back");
        assertThat(heard.joined).hasSize(2).doesNotHaveDuplicates();
        assertThat(greetings).containsExactly(1L, 5L);
        assertThat(heard.messages).isEmpty();
    }

    @Test
    void whoSaysSoBeforeTheViewComesIsAnotherPeerWhenItDoes() {
        members.view(1, Set.of(ann));
        members.received(ann, 5, ByteBuffer.allocate(0));
        members.received(ann, 5, bytes("hello again"));
        assertThat(heard.left).isEmpty();

        members.view(5, Set.of(ann));

        assertThat(heard.left).containsExactly(heard.joined.get(0));
        assertThat(heard.reasons).containsExactly("it was cut off, and is back");
        assertThat(heard.joined).hasSize(2).doesNotHaveDuplicates();
        assertThat(greetings).containsExactly(1L, 5L);
        assertThat(heard.texts()).containsExactly("hello again");
    }

    @Test
    void nothingIsHeardOfWhoIsNoMember() {
        members.view(1, Set.of(ann));

        members.received(bob, 1, bytes("hello"));

        assertThat(heard.messages).isEmpty();
    }

    @Test
    void atTheEndAllHaveLeft() {
        members.view(1, Set.of(ann, bob));

        members.end();
        members.received(ann, 1, bytes("late"));

        assertThat(heard.left).hasSize(2);
        assertThat(heard.messages).isEmpty();
    }
}
