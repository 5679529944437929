package io.github.inparallel.spring.worker;

import static org.assertj.core.api.Assertions.assertThat;

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
