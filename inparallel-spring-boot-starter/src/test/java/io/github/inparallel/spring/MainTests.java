package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.spring.sample.DoubleMain;
import io.github.inparallel.spring.sample.PlainMain;
import io.github.inparallel.spring.sample.SwallowingMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Applications started as users start them: by a main, in a process of their own. */
@Tag("process")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MainTests {

    @TempDir
    private Path folder;

    private String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "--inparallel.pool.heap=96MB",
                "--inparallel.pool.max-workers=1",
                "--inparallel.pool.jvm-args=-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        Process application = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            application.waitFor(100, TimeUnit.SECONDS);
        } finally {
            application.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    @Test
    void workerRunsTheSameMainWithTheSameArguments() throws Exception {
        assertThat(run(PlainMain.class, "--sample.greeting=hi"))
                .contains("greeting: hi Ada", "elsewhere: true", "profiles: true", "opened: []", "end");
    }

    @Test
    void propertiesOfTheWorkerAreAboveTheApplications() throws Exception {
        assertThat(run(PlainMain.class, "--sample.greeting=hi", "--inparallel.worker.properties.sample.greeting=ho"))
                .contains("greeting: ho Ada");
    }

    @Test
    void placeholdersMeanTheApplicationsFoldersWhileCodeInAWorkerHasItsOwn() throws Exception {
        String greeting = "${java.io.tmpdir} ${user.dir} ${java.home}";
        String application = Stream.of("java.io.tmpdir", "user.dir", "java.home")
                .map(System::getProperty)
                .collect(Collectors.joining(" "));

        assertThat(run(
                        PlainMain.class,
                        "--sample.greeting=" + greeting,
                        "--inparallel.pool.working-directory=" + folder.toAbsolutePath()))
                .contains("greeting: " + application + " Ada", "own folder: true");
        assertThat(run(
                        PlainMain.class,
                        "--sample.greeting=${java.io.tmpdir}",
                        "--inparallel.worker.properties.java.io.tmpdir=elsewhere"))
                .contains("greeting: elsewhere Ada");
    }

    @Test
    void serviceOfDockerComposeIsNotStartedInAWorker() throws Exception {
        assertThat(run(
                        PlainMain.class,
                        "--spring.docker.compose.enabled=true",
                        "--sample.greeting=compose ${spring.docker.compose.enabled}"))
                .contains("greeting: compose false Ada", "elsewhere: true");
    }

    @Test
    void workerBootsTheSourcesWhereItIsToldTo() throws Exception {
        assertThat(run(PlainMain.class, "--inparallel.worker.bootstrap=sources"))
                .contains("greeting: hello Ada", "elsewhere: true", "profiles: true");
    }

    @Test
    void mainThatCatchesEverythingIsNoTrouble() throws Exception {
        assertThat(run(SwallowingMain.class)).contains("greeting: hello Ada");
    }

    @Test
    void applicationThatAWorkerDoesNotSeeIsHaltedWithTheRemedy() throws Exception {
        assertThat(run(DoubleMain.class, "--inparallel.pool.restart-limit=1"))
                .contains("failed: ")
                .contains("Set inparallel.worker.bootstrap to sources");
        assertThat(run(DoubleMain.class, "--inparallel.worker.bootstrap=sources"))
                .contains("greeting: hello Ada");
    }

    @Test
    void disabledRunsInTheCaller() throws Exception {
        assertThat(run(PlainMain.class, "--inparallel.enabled=false"))
                .contains("greeting: hello Ada", "elsewhere: false");
    }
}
