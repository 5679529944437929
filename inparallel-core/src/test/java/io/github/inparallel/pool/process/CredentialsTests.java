package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTests {

    private final Credentials credentials = new Credentials(3);

    private Hello hello(int slot, String secret) {
        return new Hello(Hello.VERSION, 1, slot, 4711, secret);
    }

    private String secret(int slot) {
        return switch (slot) {
            case Hello.CONTROL -> credentials.control();
            case Hello.LOG -> credentials.log();
            default -> credentials.slots().get(slot);
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {Hello.CONTROL, Hello.LOG, 0, 2})
    void eachConnectionIsLetInOnce(int slot) throws ProtocolException {
        assertThat(credentials.wereUsed()).isFalse();
        credentials.use(hello(slot, secret(slot)));
        assertThat(credentials.wereUsed()).isTrue();
        assertThatThrownBy(() -> credentials.use(hello(slot, secret(slot))))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("used before");
    }

    @Test
    void secretOfAnotherConnectionLetsNobodyIn() {
        List<Integer> connections = List.of(Hello.CONTROL, Hello.LOG, 0, 1, 2);
        for (int one : connections) {
            for (int other : connections) {
                if (one != other) {
                    assertThatThrownBy(() -> credentials.use(hello(one, secret(other))))
                            .isInstanceOf(ProtocolException.class)
                            .hasMessageContaining("wrong secret");
                }
            }
        }
        assertThat(credentials.wereUsed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "00"})
    void wrongWordLetsNobodyInAndSpoilsNothing(String word) throws ProtocolException {
        assertThatThrownBy(() -> credentials.use(hello(0, word))).hasMessageContaining("wrong secret");
        assertThatThrownBy(() -> credentials.use(hello(0, secret(0) + word + "0")))
                .hasMessageContaining("wrong secret");
        credentials.use(hello(0, secret(0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 1000, Integer.MAX_VALUE, -3, Integer.MIN_VALUE})
    void slotThatThereIsNotIsNamed(int slot) {
        assertThatThrownBy(() -> credentials.use(hello(slot, secret(0))))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("no such");
    }

    @Test
    void noTwoSecretsAreAlike() {
        Set<String> all = new HashSet<>();
        List<String> list = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Credentials each = new Credentials(4);
            list.add(each.control());
            list.add(each.log());
            list.addAll(each.slots());
        }
        all.addAll(list);
        assertThat(all).hasSameSizeAs(list).allMatch(secret -> secret.matches("[0-9a-f]{64}"));
    }
}
