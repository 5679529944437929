package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.PoolOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which system properties a worker gets, and on which of the two ways. */
class LaunchPropertiesTests {

    private static final ArgumentFile ASCII = new ArgumentFile(StandardCharsets.US_ASCII);
    private static final PoolOptions DEFAULTS = PoolOptions.builder().build();

    private static Map<String, String> of(Map<String, String> now, String... given) {
        return LaunchProperties.of(now, List.of(given), DEFAULTS, ASCII);
    }

    @Test
    void whatCodeHasSetSinceTheStartGoes() {
        assertThat(of(Map.of("a", "1", "b", "2"), "-Da=1")).isEqualTo(Map.of("b", "2"));
        assertThat(of(Map.of("a", "changed"), "-Da=1")).isEqualTo(Map.of("a", "changed"));
        assertThat(of(Map.of("a", ""), "-Da")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.class.path",
                "jdk.debug",
                "sun.arch.data.model",
                "os.name",
                "user.home",
                "user.timezone",
                "file.encoding",
                "line.separator",
                "stdout.encoding",
                "com.sun.management.jmxremote.port",
                "PID",
                "surefire.test.class.path",
                "spring.devtools.restart.enabled",
                "spring.application.admin.enabled",
                "inparallel.worker.name",
                "LOG_FILE",
                "LOGGED_APPLICATION_NAME",
                "CONSOLE_LOG_PATTERN"
            })
    void whatIsAboutThisProcessStays(String name) {
        assertThat(of(Map.of(name, "x", "username", "y"))).isEqualTo(Map.of("username", "y"));
    }

    @Test
    void whatWasGivenAtTheStartGoesHereOnlyIfNoArgumentFileHoldsIt() {
        assertThat(of(Map.of("a", "\u00fc", "b", "plain"), "-Da=\u00fc", "-Db=plain"))
                .isEqualTo(Map.of("a", "\u00fc"));
        assertThat(of(Map.of("spring.devtools.x", "\u00fc"), "-Dspring.devtools.x=\u00fc"))
                .isEmpty();
    }

    @Test
    void optionsOfThePoolCountMoreAndTheLastOfThemMost() {
        PoolOptions options = PoolOptions.builder()
                .systemProperties(Map.of("a", "chosen", "b", "\u00fc", "c", "\u00fc"))
                .jvmArgs(List.of("-Dc=chosen", "-Dd=\u00fc", "-Xint", "-D"))
                .build();
        Map<String, String> now = Map.of("a", "set", "b", "set", "c", "set", "d", "set", "e", "set");

        assertThat(LaunchProperties.of(now, List.of(), options, ASCII))
                .isEqualTo(Map.of("b", "\u00fc", "d", "\u00fc", "e", "set"));
    }

    /** Whatever is set where: the worker ends with the pool's value, else with this JVM's, and gets none twice. */
    @Test
    void eachPropertyComesOnOneWayWithItsLastValue() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<String> given = new ArrayList<>();
            Map<String, String> now = new HashMap<>();
            Map<String, String> chosen = new HashMap<>();
            for (String name : List.of("a", "b", "c", "d.e", "f\u00fc")) {
                if (random.nextBoolean()) {
                    String value = value(random);
                    given.add("-D" + name + "=" + value);
                    now.put(name, value);
                }
                if (random.nextInt(3) == 0) {
                    now.put(name, value(random));
                }
                if (random.nextInt(3) == 0) {
                    chosen.put(name, value(random));
                }
            }
            PoolOptions options = PoolOptions.builder().systemProperties(chosen).build();

            Map<String, String> described = LaunchProperties.of(now, given, options, ASCII);

            // The worker's JVM has what its file holds; its main class then sets what is described.
            Map<String, String> worker = new HashMap<>();
            for (String option : InheritedOptions.of(given)) {
                if (ASCII.holds(option)) {
                    worker.put(option.substring(2, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
                }
            }
            chosen.forEach((name, value) -> {
                if (ASCII.holdsProperty(name, value)) {
                    worker.put(name, value);
                }
            });
            worker.putAll(described);
            Map<String, String> expected = new HashMap<>(now);
            expected.putAll(chosen);
            assertThat(worker).as("seed %s, round %s", seed, round).isEqualTo(expected);
        }
    }

    private static String value(Random random) {
        return List.of("", "1", "2", "a b", "\u00fc", "=").get(random.nextInt(6));
    }

    @Test
    void thisJvmsOwnPropertiesAreReadAnewEachTime() {
        String name = "inparallel.test.later";
        assertThat(LaunchProperties.of(DEFAULTS)).doesNotContainKey(name);
        System.setProperty(name, "set");
        try {
            assertThat(LaunchProperties.of(DEFAULTS)).containsEntry(name, "set").doesNotContainKey("java.home");
        } finally {
            System.clearProperty(name);
        }
    }
}
