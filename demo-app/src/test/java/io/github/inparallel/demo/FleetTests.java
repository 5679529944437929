package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FleetTests {

    private final Fleet fleet = new Fleet();

    @AfterEach
    void stop() {
        fleet.stop();
    }

    @Test
    void nothingRunsBeforeStart() {
        assertThat(fleet.isRunning()).isFalse();
        assertThat(fleet.servers()).isEmpty();
    }

    @Test
    void startsTwelveServersWithTheirOwnPortsAndHostKeys() {
        fleet.start();

        List<Server> servers = fleet.servers();
        assertThat(fleet.isRunning()).isTrue();
        assertThat(servers)
                .extracting(Server::name)
                .containsExactly(
                        "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet",
                        "kilo", "lima");
        assertThat(servers).extracting(Server::port).doesNotHaveDuplicates();
        assertThat(servers).extracting(Server::fingerprint).doesNotHaveDuplicates();
    }

    @Test
    void everyStartHasANewPassword() {
        fleet.start();
        String first = fleet.servers().get(0).password();
        fleet.stop();
        fleet.start();

        assertThat(fleet.servers()).extracting(Server::password).doesNotContain(first);
    }

    @Test
    void stopLeavesNoneRunning() {
        fleet.start();
        fleet.stop();

        assertThat(fleet.isRunning()).isFalse();
        assertThat(fleet.servers()).isEmpty();
    }
}
