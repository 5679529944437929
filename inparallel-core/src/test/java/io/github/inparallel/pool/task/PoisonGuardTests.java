package io.github.inparallel.pool.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PoisonGuardTests {

    private static final long MINUTE = PoisonGuard.MINUTE;

    private final PoisonGuard guard = new PoisonGuard(3);

    private boolean refuses(String method, long now) {
        return guard.refusal(method, method, now) != null;
    }

    @Test
    void methodIsRefusedForAMinuteAndThenHasANewChance() {
        assertThat(guard.lost("bad", "Ocr.bad", "x", 0)).isFalse();
        assertThat(guard.lost("bad", "Ocr.bad", "x", 1)).isFalse();
        assertThat(refuses("bad", 2)).isFalse();
        assertThat(guard.lost("bad", "Ocr.bad", "x", 2)).isTrue();
        assertThat(refuses("bad", 3)).isTrue();
        assertThat(refuses("good", 3)).isFalse();
        assertThat(refuses("bad", 2 + MINUTE)).isFalse();
        assertThat(guard.lost("bad", "Ocr.bad", "x", 2 + MINUTE))
                .as("the count starts anew")
                .isFalse();
    }

    @Test
    void lossesFarApartAreForgotten() {
        guard.lost("bad", "Ocr.bad", "x", 0);
        guard.lost("bad", "Ocr.bad", "x", 1);
        assertThat(guard.lost("bad", "Ocr.bad", "x", MINUTE)).isFalse();
        assertThat(guard.lost("bad", "Ocr.bad", "x", MINUTE + 1)).isFalse();
        assertThat(guard.lost("bad", "Ocr.bad", "x", MINUTE + 2)).isTrue();
    }

    @Test
    void zeroIsNoLimit() {
        PoisonGuard none = new PoisonGuard(0);
        for (int i = 0; i < 100; i++) {
            assertThat(none.lost("bad", "Ocr.bad", "x", i)).isFalse();
        }
    }
}
