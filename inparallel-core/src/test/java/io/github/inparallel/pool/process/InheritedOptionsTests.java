package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InheritedOptionsTests {

    @Test
    void optionsThatWouldClashAreNotInherited() {
        assertThat(InheritedOptions.filtered(
                        "-agentlib:jdwp=transport=dt_socket,server=y,address=5005 -Dcom.sun.management.jmxremote.port=9010"
                                + " -Xmx4g -XX:+UseZGC -XX:StartFlightRecording=duration=60s -Dkept=1 -ea"))
                .isEqualTo("-Dkept=1 -ea");
    }
}
