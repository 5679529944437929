package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.pool.PoolOptions;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is in a property, the java launcher reads it as it was. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ArgumentFileTests {

    private static final int GENERATED = 2000;
    private static final String PIECES =
            " \t\n\r\f\0\\\"'#@$%*?~`!&|<>(){}[];=-:,.a1\u0001\u000b\u001b\u007f\u0085ü€\ud83d\ude00\u2028\ufeff";

    @TempDir
    private Path folder;

    private static List<String> values(Random random) {
        List<String> values = new ArrayList<>(List.of(
                "",
                " ",
                "a\rb",
                "a\nb",
                "\r\n",
                "\\",
                "\\\\",
                "\"",
                "\"a\" 'b'",
                "'",
                "#",
                "# comment",
                "a # b",
                " a ",
                "a\\",
                "a\\\nb",
                "\\n",
                "@file",
                "@@file",
                "-version",
                "--disable-@files",
                "\t",
                "\f",
                "${a}",
                "ü€\ud83d\ude00",
                "*"));
        while (values.size() < GENERATED) {
            StringBuilder value = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                int at = random.nextInt(PIECES.codePointCount(0, PIECES.length()));
                value.appendCodePoint(PIECES.codePointAt(PIECES.offsetByCodePoints(0, at)));
            }
            values.add(value.toString());
        }
        return values;
    }

    /** One start of a JVM prints them all. */
    @ParameterizedTest
    @CsvSource({"C.UTF-8,UTF-8", "C,US-ASCII"})
    @Tag("process")
    void generatedPropertiesAreReadAsTheyWere(String locale, Charset platform) throws Exception {
        long seed = new Random().nextLong();
        ArgumentFile file = new ArgumentFile(platform);
        List<String> written = values(new Random(seed)).stream()
                .filter(value -> file.holdsProperty("p", value))
                .toList();
        assertThat(written).hasSizeGreaterThan(GENERATED / 20);
        List<String> arguments = new ArrayList<>(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx32m"));
        for (int i = 0; i < written.size(); i++) {
            arguments.add(ArgumentFile.property("p" + i, written.get(i)));
        }
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        Path path = folder.resolve("arguments");
        file.write(path, arguments);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");

        ProcessBuilder builder = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java", "@" + path, Printer.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LC_ALL", locale);
        Process process = builder.start();
        List<String> printed = process.inputReader().lines().toList();

        assertThat(process.waitFor()).isZero();
        for (int i = 0; i < written.size(); i++) {
            assertThat(new String(HexFormat.of().parseHex(printed.get(i)), StandardCharsets.UTF_16BE))
                    .as("seed %s, property %s", seed, i)
                    .isEqualTo(written.get(i));
        }
        assertThat(printed).hasSameSizeAs(written);
    }

    /** Prints its properties p0, p1, ... */
    static final class Printer {
        public static void main(String[] args) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; System.getProperty("p" + i) != null; i++) {
                all.append(HexFormat.of().formatHex(System.getProperty("p" + i).getBytes(StandardCharsets.UTF_16BE)))
                        .append('\n');
            }
            System.out.print(all);
        }
    }

    @Test
    void whatTheLauncherCannotReadIsNotWritten() {
        ArgumentFile ascii = new ArgumentFile(StandardCharsets.US_ASCII);
        ArgumentFile utf8 = new ArgumentFile(StandardCharsets.UTF_8);
        assertThat(ascii.holdsProperty("a", "ü")).isFalse();
        assertThat(utf8.holdsProperty("a", "ü")).isTrue();
        assertThat(utf8.holdsProperty("a", "\0")).isFalse();
        assertThat(utf8.holdsProperty("a", "\ud800")).isFalse();
        assertThat(utf8.holdsProperty("a=b", "c")).isFalse();
        assertThatThrownBy(() -> ascii.write(folder.resolve("arguments"), List.of("-Xä")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("-Xä")
                .hasMessageContaining("LC_ALL");
    }

    @Test
    void whatIsNotWrittenGoesLaterAndTheLastWordCounts() {
        PoolOptions options = PoolOptions.builder()
                .systemProperties(Map.of("a", "ü", "b", "ü", "c", "plain"))
                .jvmArgs(List.of("-Db=plain", "-Dc=ü", "-Dd"))
                .build();
        assertThat(LaunchProperties.of(options, new ArgumentFile(StandardCharsets.US_ASCII)))
                .containsEntry("a", "ü")
                .containsEntry("c", "ü")
                .doesNotContainKeys("b", "d");
        assertThat(LaunchProperties.of(options, new ArgumentFile(StandardCharsets.UTF_8)))
                .doesNotContainKeys("a", "b", "c", "d");
    }
}
