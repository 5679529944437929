package io.github.inparallel.spring.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Spring Boot's devtools, which are on the class path of the application alone, and not of this test. */
@Tag("process")
@Timeout(300)
class DevtoolsTests {

    private static final String PACKAGE = DevtoolsMain.class.getPackageName().replace('.', '/');

    @TempDir
    private Path folder;

    @Test
    void methodRunsInWorkersBeforeAndAfterARestart() throws Exception {
        Path classes = folder.resolve("classes");
        List<String> classPath = new ArrayList<>(JavaProcess.ownClassPath());
        Path tests = Path.of(DevtoolsMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertThat(classPath.remove(tests.toString())).isTrue();
        FileSystemUtils.copyRecursively(tests.resolve(PACKAGE), classes.resolve(PACKAGE));
        classPath.add(0, classes.toString());
        classPath.add(System.getProperty("devtools.jar", "target/devtools/spring-boot-devtools.jar"));

        try (JavaProcess.Running application = new JavaProcess(folder)
                .classPath(classPath)
                .options(
                        "-Dspring.devtools.restart.poll-interval=200ms",
                        "-Dspring.devtools.restart.quiet-period=100ms",
                        "-Dspring.devtools.livereload.enabled=false")
                .start(DevtoolsMain.class, "--spring.main.keep-alive=true")) {
            String first = application.awaitLine("first worker: ");
            assertThat(application.awaitLine("first here: ")).isEqualTo("RestartClassLoader");
            assertThat(application.awaitLine("first there: ")).isEqualTo("AppClassLoader, failed in worker");

            Files.writeString(classes.resolve("changed"), "as if it were a class");

            String second = application.awaitLine("second worker: ");
            assertThat(second).isNotEqualTo(first);
            assertThat(application.awaitLine("second here: ")).isEqualTo("RestartClassLoader");
            assertThat(application.awaitLine("second there: ")).isEqualTo("AppClassLoader, failed in worker");
            awaitEnd(first);

            application.process().destroy();

            awaitEnd(second);
        }
    }

    private static void awaitEnd(String pid) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ProcessHandle.of(Long.parseLong(pid))
                        .filter(ProcessHandle::isAlive)
                        .isEmpty());
    }
}
