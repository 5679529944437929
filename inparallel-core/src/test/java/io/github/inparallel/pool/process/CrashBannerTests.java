package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CrashBannerTests {

    private static final List<String> BANNER = List.of(
            "#",
            "# A fatal error has been detected by the Java Runtime Environment:",
            "#",
            "#  SIGSEGV (0xb) at pc=0x00007f7a4a6a5c06, pid=4711, tid=4712",
            "#",
            "# JRE version: OpenJDK Runtime Environment (17.0.15+6) (build 17.0.15+6)",
            "# Problematic frame:",
            "# C  [libc.so.6+0x94c06]",
            "#");

    private final List<String> printed = new ArrayList<>();
    private final List<String> banner = new ArrayList<>();
    private final CrashBanner output = new CrashBanner(printed::add, banner::add);

    @Test
    void bannerIsKeptApartFromWhatIsPrintedBeforeAndAfter() {
        output.accept("before");
        BANNER.forEach(output);
        output.accept("[error occurred during error reporting]");
        output.accept("# a heading");

        assertThat(printed).containsExactly("before", "[error occurred during error reporting]", "# a heading");
        assertThat(banner).isEqualTo(BANNER);
    }

    @Test
    void whatOnlyLooksLikeItIsPrinted() {
        List<String> markdown = List.of("#", "# Title", "#", "#", "text", "# A fatal mistake");

        markdown.forEach(output);

        assertThat(printed).isEqualTo(markdown);
        assertThat(banner).isEmpty();
    }

    @Test
    void bannerMayBeginWithoutItsFirstLine() {
        BANNER.subList(1, BANNER.size()).forEach(output);

        assertThat(printed).isEmpty();
    }

    @Test
    void wantOfMemoryIsABannerToo() {
        output.accept("#");
        output.accept("# There is insufficient memory for the Java Runtime Environment to continue.");
        output.accept("# Native memory allocation (mmap) failed to map 65536 bytes");

        assertThat(printed).isEmpty();
        assertThat(banner).hasSize(3);
    }

    /** Whatever is printed around banners, no line is lost or doubled, and all keep their order. */
    @Test
    void generatedOutputIsDividedWithoutLoss() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> pieces = List.of("text", "", "#", "# heading", "#x", " #", "[error]");
        for (int round = 0; round < 500; round++) {
            List<String> ordinary = new ArrayList<>();
            List<String> crashes = new ArrayList<>();
            List<String> all = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                if (random.nextInt(3) == 0) {
                    all.addAll(BANNER);
                    crashes.addAll(BANNER);
                    all.add("the end of it"); // a line without the sign ends a banner
                    ordinary.add("the end of it");
                } else {
                    for (int j = random.nextInt(4); j > 0; j--) {
                        String piece = pieces.get(random.nextInt(pieces.size()));
                        all.add(piece);
                        ordinary.add(piece);
                    }
                    all.add("then");
                    ordinary.add("then");
                }
            }
            printed.clear();
            banner.clear();
            all.forEach(output);

            assertThat(printed).as("seed %s, round %s", seed, round).isEqualTo(ordinary);
            assertThat(banner).as("seed %s, round %s", seed, round).isEqualTo(crashes);
        }
    }

    @Test
    void signThatMayBeginABannerIsHeldUntilTheNextLineTells() {
        output.accept("#");
        assertThat(printed).isEmpty();
        output.accept("text");
        assertThat(printed).containsExactly("#", "text");
    }
}
