package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.jgroups.Address;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.UUID;
import org.jgroups.util.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberAddressTests {

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 7800, 127.0.0.1:7800", "::1, 65535, [::1]:65535", "2001:db8::1, 1, [2001:db8::1]:1"})
    void anotherMemberReadsWhereItIs(String address, int port, String name) throws Exception {
        Address written = MemberAddress.of(InetAddress.getByName(address), port);
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream();
        Util.writeAddress(written, out);

        Address read = Util.readAddress(new ByteArrayDataInputStream(out.buffer(), 0, out.position()));

        assertThat(out.position()).isEqualTo(Util.size(written));
        assertThat(read).isEqualTo(written).hasToString(name);
        assertThat(MemberAddress.name(read)).isEqualTo(name);
        assertThat(MemberAddress.where(read)).isNotNull().satisfies(where -> {
            assertThat(where.getIpAddress()).isEqualTo(InetAddress.getByName(address));
            assertThat(where.getPort()).isEqualTo(port);
        });
    }

    @Test
    void theSamePlaceIsAnotherMemberLater() throws Exception {
        assertThat(MemberAddress.of(InetAddress.getLoopbackAddress(), 1))
                .isNotEqualTo(MemberAddress.of(InetAddress.getLoopbackAddress(), 1));
    }

    @Test
    void oneFromATableIsTheSameAndSaysNotWhereItIs() throws Exception {
        Address member = MemberAddress.of(InetAddress.getLoopbackAddress(), 1);

        Address ofTable = Util.addressFromString(Util.addressToString(member));

        assertThat(ofTable).isEqualTo(member).isExactlyInstanceOf(UUID.class);
        assertThat(member).isEqualTo(ofTable).hasSameHashCodeAs(ofTable);
        assertThat(MemberAddress.where(ofTable)).isNull();
        assertThat(MemberAddress.where(null)).isNull();
    }
}
