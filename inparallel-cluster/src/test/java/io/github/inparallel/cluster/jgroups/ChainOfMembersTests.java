package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.cluster.Peer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that each know one other: what they hear of the rest is a view. In one JVM they would know each other's names. */
@Tag("process")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChainOfMembersTests {

    private static final int LENGTH = 4;

    private final List<Process> processes = new ArrayList<>();
    private final List<JGroupsTransport> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (Process each : processes) {
            each.destroyForcibly().waitFor();
        }
        open.forEach(JGroupsTransport::stop);
    }

    /** The first one admits the others, and the second one sees them come. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void eachIsNamedByItsAddress(int place) throws Exception {
        Heard heard = new Heard();
        List<String> others = new ArrayList<>();
        String known = "127.0.0.1:1"; // where nobody is
        for (int i = 0; i < LENGTH; i++) {
            if (i == place) {
                JGroupsTransport here = new JGroupsTransport(
                        "test", InetAddress.getLoopbackAddress(), 0, new Discovery.Static(List.of(known)), List.of());
                open.add(here);
                here.start(heard);
                known = here.address();
            } else {
                Process other = EchoingMember.start(known);
                processes.add(other);
                known = EchoingMember.address(other);
                others.add(known);
            }
        }

        await().until(() -> heard.joined.size() == LENGTH - 1);
        assertThat(heard.joined).extracting(Peer::name).containsExactlyInAnyOrderElementsOf(others);
    }
}
