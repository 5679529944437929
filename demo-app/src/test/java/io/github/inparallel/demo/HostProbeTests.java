package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.apache.sshd.common.SshException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The body of the probe, called without a proxy and therefore in this process. */
@Timeout(60)
class HostProbeTests {

    @Test
    void answerTellsOutputProcessAndTime() throws IOException {
        try (HostServer host = HostServer.start("alpha", "demo", "the password")) {
            Answer answer = new HostProbe().uname(host.server()).join();

            assertThat(answer.output()).isNotBlank().isEqualTo(answer.output().strip());
            assertThat(answer.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(answer.took()).isPositive();
        }
    }

    @Test
    void refusedLoginComesThroughTheFuture() throws IOException {
        try (HostServer host = HostServer.start("alpha", "demo", "the password")) {
            assertThat(new HostProbe().uname(host.server().withPassword("another")))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withCauseInstanceOf(SshException.class);
        }
    }
}
