package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostAndPortTests {

    @ParameterizedTest
    @CsvSource({
        "app1:7801, app1:7801",
        "' app1 ', app1:7800",
        "10.0.0.7:1, 10.0.0.7:1",
        "[::1]:7801, [::1]:7801",
        "[::1], [::1]:7800",
        "::1, [::1]:7800",
        "[0:0:0:0:0:0:0:1%0]:7801, [::1]:7801",
        "[2001:0DB8:0:0:1:0:0:1]:1, [2001:db8::1:0:0:1]:1",
        "[2001:db8:0:1:1:1:1:1]:1, [2001:db8:0:1:1:1:1:1]:1",
        "[1:0:0:2:0:0:0:0]:1, [1:0:0:2::]:1",
        "[0:0:0:0:0:0:0:0]:1, [::]:1",
        "[::ffff:10.0.0.7]:1, 10.0.0.7:1",
        "[FE80:0::1%eth0]:1, [fe80::1%eth0]:1"
    })
    void eachAddressHasOneSpelling(String text, String spelled) {
        assertThat(HostAndPort.of(text, 7800)).hasToString(spelled);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":1", "a:", "a:b", "a:0", "a:-1", "a:65536", "[::1]:0", "[::g]:1", "1:2:3"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> HostAndPort.of(text, 7800))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'" + text + "' is no address of a member (expected: host:port, with a port of 1 to 65535)");
    }

    @Test
    void anAddressOfAMachineHasTheSpellingOfAList() throws Exception {
        assertThat(HostAndPort.text(InetAddress.getAllByName("0:0:0:0:0:0:0:1%0")[0]))
                .isEqualTo("::1");
        assertThat(HostAndPort.text(InetAddress.getLoopbackAddress())).isEqualTo("127.0.0.1");
        assertThat(new Discovery.Static(List.of("[0:0:0:0:0:0:0:1]:7800", "::2", "app1")).describe())
                .isEqualTo("static ([::1]:7800, ::2, app1)");
    }
}
