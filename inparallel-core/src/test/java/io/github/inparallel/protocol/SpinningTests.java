package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpinningTests {

    private final Spinning spinning = new Spinning(50_000);

    private long spins(int waits) {
        return IntStream.range(0, waits)
                .filter(i -> {
                    boolean spins = spinning.isWorthwhile();
                    if (spins) {
                        spinning.spun(false);
                    }
                    return spins;
                })
                .count();
    }

    @Test
    void waitsThatAreOverInTimeSpin() {
        for (int i = 0; i < 100; i++) {
            assertThat(spinning.isWorthwhile()).isTrue();
            spinning.spun(true);
        }
    }

    @Test
    void waitsThatAreNotSpinEverMoreRarely() {
        assertThat(spins(1_000)).isLessThan(30);
        assertThat(spins(6_400)).isLessThan(110);
    }

    /** How many waits do not spin after one that has spun in vain. */
    private int skipped() {
        assertThat(spinning.isWorthwhile()).isTrue();
        spinning.spun(false);
        int skipped = 0;
        while (!spinning.isWorthwhile()) {
            skipped++;
        }
        return skipped;
    }

    @Test
    void threeInARowAreForgivenThenEachCostsTwiceAsMuchUpToALimit() {
        List<Integer> skipped =
                IntStream.range(0, 8).map(i -> skipped()).boxed().toList();

        assertThat(skipped).containsExactly(0, 0, 8, 16, 32, 64, 64, 64);
    }

    @Test
    void missesAreCountedFromTheLastThatWasOverInTime() {
        skipped();
        skipped();
        spinning.spun(true);

        assertThat(List.of(skipped(), skipped(), skipped())).containsExactly(0, 0, 8);
    }

    @Test
    void oneThatIsOverInTimeMakesSpinningWorthwhileAgain() {
        spins(1_000);
        while (!spinning.isWorthwhile()) {
            assertThat(spinning.limitNanos()).isEqualTo(50_000);
        }
        spinning.spun(true);

        assertThat(spinning.isWorthwhile()).isTrue();
    }

    @Test
    void zeroIsNever() {
        assertThat(new Spinning(0).isWorthwhile()).isFalse();
    }
}
