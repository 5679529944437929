package io.github.inparallel.spring.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

class WorkerHookTests {

    @Configuration(proxyBeanMethods = false)
    static class Shop {}

    private static void main() {
        SpringApplication.run(Shop.class, "--branch=north");
        SpringApplication.run(Shop.class, "--branch=south");
    }

    @ParameterizedTest
    @CsvSource({"1, north", "2, south"})
    void applicationThatMainStartsSeveralTimesIsTheOneWithTheseArguments(int ordinal, String branch) throws Exception {
        WorkerSettings settings = WorkerSettings.of(Map.of(
                "main", WorkerHookTests.class.getName(),
                "ordinal", Integer.toString(ordinal),
                "source.0", Shop.class.getName(),
                "passedOn.0", "--branch=" + branch));

        try (ConfigurableApplicationContext loaded =
                new WorkerHook(settings, context -> {}).load(WorkerHookTests::main, "main of a worker")) {
            assertThat(loaded.getEnvironment().getProperty("branch")).isEqualTo(branch);
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "7"})
    void applicationThatIsStartedAgainWithTheSameIsTheOneAtItsFirstStart(int ordinal) throws Exception {
        WorkerSettings settings = WorkerSettings.of(Map.of(
                "main", WorkerHookTests.class.getName(),
                "ordinal", Integer.toString(ordinal),
                "source.0", Shop.class.getName(),
                "passedOn.0", "--branch=north"));

        try (ConfigurableApplicationContext loaded =
                new WorkerHook(settings, context -> {}).load(WorkerHookTests::main, "main of a worker")) {
            assertThat(loaded.getEnvironment().getProperty("branch")).isEqualTo("north");
        }
    }

    private static void mainWithDefaults() {
        for (String branch : List.of("north", "south", "west")) {
            new SpringApplicationBuilder(Shop.class)
                    .properties(Map.of("branch", branch))
                    .run();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, north", "1, south", "2, west"})
    void applicationThatRanBesideOthersAlikeIsTheOneAfterThem(int twins, String branch) throws Exception {
        WorkerSettings settings = WorkerSettings.of(Map.of(
                "main", WorkerHookTests.class.getName(),
                "ordinal", "7",
                "twins", Integer.toString(twins),
                "source.0", Shop.class.getName()));

        try (ConfigurableApplicationContext loaded =
                new WorkerHook(settings, context -> {}).load(WorkerHookTests::mainWithDefaults, "main of a worker")) {
            assertThat(loaded.getEnvironment().getProperty("branch")).isEqualTo(branch);
        }
    }

    @Test
    void twinsOfAnApplicationAreThoseThatRunWhenItIsStarted() {
        try (ConfigurableApplicationContext first = SpringApplication.run(Shop.class, "--branch=north");
                ConfigurableApplicationContext other = SpringApplication.run(Shop.class, "--branch=south");
                ConfigurableApplicationContext second = SpringApplication.run(Shop.class, "--branch=north")) {
            assertThat(twins(first)).isZero();
            assertThat(twins(other)).isZero();
            assertThat(twins(second)).isEqualTo(1);
        }
        try (ConfigurableApplicationContext again = SpringApplication.run(Shop.class, "--branch=north")) {
            assertThat(twins(again)).isZero();
        }
    }

    private static void mainWithOneThatEnds() {
        run("north").close();
        run("south");
        run("west");
    }

    private static ConfigurableApplicationContext run(String branch) {
        return new SpringApplicationBuilder(Shop.class)
                .properties(Map.of("branch", branch))
                .run();
    }

    /** West was started beside south alone: north had ended. */
    @Test
    void applicationThatHadEndedIsNoTwin() throws Exception {
        WorkerSettings settings = WorkerSettings.of(Map.of(
                "main",
                WorkerHookTests.class.getName(),
                "ordinal",
                "3",
                "twins",
                "1",
                "source.0",
                Shop.class.getName()));

        try (ConfigurableApplicationContext loaded = new WorkerHook(settings, context -> {})
                .load(WorkerHookTests::mainWithOneThatEnds, "main of a worker")) {
            assertThat(loaded.getEnvironment().getProperty("branch")).isEqualTo("west");
        }
    }

    private static void mainOfOne(String... arguments) {
        SpringApplication.run(Shop.class, arguments);
    }

    /** As a test does that calls {@code main} twice, and as an application that starts its successor before it ends. */
    @Test
    void applicationOfAMainThatWasCalledAgainIsTheOne() throws Exception {
        Map<String, String> launched;
        try (ConfigurableApplicationContext first = SpringApplication.run(Shop.class, "--branch=east");
                ConfigurableApplicationContext second = SpringApplication.run(Shop.class, "--branch=east")) {
            assertThat(first.isActive()).isTrue();
            ApplicationLaunch launch = second.getBean(ApplicationLaunch.class);
            launched = Map.of(
                    "main", WorkerHookTests.class.getName(),
                    "ordinal", Integer.toString(launch.ordinal()),
                    "twins", Integer.toString(launch.twins()),
                    "source.0", Shop.class.getName(),
                    "passedOn.0", "--branch=east");
        }

        try (ConfigurableApplicationContext loaded = new WorkerHook(WorkerSettings.of(launched), context -> {})
                .load(() -> mainOfOne("--branch=east"), "main of a worker")) {
            assertThat(loaded.getEnvironment().getProperty("branch")).isEqualTo("east");
        }
    }

    private static int twins(ConfigurableApplicationContext application) {
        return application.getBean(ApplicationLaunch.class).twins();
    }

    private static void mainWithProfiles() {
        new SpringApplicationBuilder(Shop.class).profiles("north").run();
        new SpringApplicationBuilder(Shop.class).profiles("south").run();
    }

    @Test
    void applicationThatMainStartsSeveralTimesIsTheOneWithTheseProfiles() throws Exception {
        WorkerSettings settings = WorkerSettings.of(Map.of(
                "main", WorkerHookTests.class.getName(),
                "ordinal", "2",
                "source.0", Shop.class.getName(),
                "ownProfile.0", "south",
                "profile.0", "south",
                "profile.1", "inparallel-worker"));

        try (ConfigurableApplicationContext loaded =
                new WorkerHook(settings, context -> {}).load(WorkerHookTests::mainWithProfiles, "main of a worker")) {
            assertThat(loaded.getEnvironment().getActiveProfiles()).containsExactly("south", "inparallel-worker");
        }
    }
}
