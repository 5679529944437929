package io.github.inparallel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The picture in the documentation shows what was measured. */
class PlotsTests {

    private static final Path PICTURE = Path.of("../docs/images/performance.svg");

    @TempDir
    private Path folder;

    @Test
    void pictureInTheDocumentationIsDrawnFromTheFileThatItNames() throws Exception {
        String picture = Files.readString(PICTURE);
        Matcher origin = Pattern.compile("benchmarks/(results/[\\w.-]+\\.md)").matcher(picture);
        assertThat(origin.find()).isTrue();

        assertThat(picture)
                .as("benchmarks/run --plots %s draws it", origin.group(1))
                .isEqualTo(Plots.of(ResultsFile.read(Path.of(origin.group(1)))));
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(picture.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void runOfOtherMeasuresIsNotDrawn() throws Exception {
        Path file = folder.resolve("2026-01-01.md");
        Files.writeString(file, """
                # Measured 2026-01-01 12:00

                | measure | contender | figure | unit | JDK 17.0.15 | JDK 25.0.3 |
                | --- | --- | --- | --- | ---: | ---: |
                | M1 | inparallel, Spring | p50 | µs | 7.15 (6.01–8.28) | 6.40 |
                | M2 | inparallel, Spring | throughput | /s | 249,078 (209,024–289,131) | 245,933 |
                """);

        ResultsFile results = ResultsFile.read(file);

        assertThat(Plots.areIn(results)).isFalse();
        assertThat(results.median("M1", "inparallel, Spring", "p50")).isEqualTo(7.15);
        assertThat(results.median("M2", "inparallel, Spring", "throughput")).isEqualTo(249_078);
        assertThat(results.origin()).isEqualTo("JDK 17.0.15, 2026-01-01, benchmarks/results/2026-01-01.md");
        assertThatThrownBy(() -> Plots.of(results)).hasMessageContaining("2026-01-01.md has no M1");
    }
}
