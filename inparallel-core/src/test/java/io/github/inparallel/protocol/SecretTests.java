package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTests {

    @Test
    void secretIs256BitsThatNobodyHas() {
        String secret = Secret.create();

        assertThat(secret).matches("[0-9a-f]{64}").isNotEqualTo(Secret.create());
        assertThat(Secret.random(16)).matches("[0-9a-f]{32}");
    }

    @Test
    void onlyTheSecretItselfMatches() {
        assertThat(Secret.matches("abc", "abc")).isTrue();
        assertThat(Secret.matches("abc", "abd")).isFalse();
        assertThat(Secret.matches("abc", "ab")).isFalse();
        assertThat(Secret.matches("abc", "abcd")).isFalse();
        assertThat(Secret.matches("abc", "")).isFalse();
    }
}
