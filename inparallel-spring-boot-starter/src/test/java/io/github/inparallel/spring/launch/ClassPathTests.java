package io.github.inparallel.spring.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Where the classes of an application may be. */
@Tag("process")
@Timeout(240)
class ClassPathTests {

    private static final int MORE_THAN_A_COMMAND_LINE_HOLDS = 3000;

    @TempDir
    private Path folder;

    @Test
    void relativeClassPathWithBlanksAndThousandsOfEntriesIsFoundFromAnotherWorkingDirectory() throws Exception {
        Path home = Files.createDirectory(folder.resolve("my application (new)"));
        List<String> classPath = installed(home);
        for (int i = 0; i < MORE_THAN_A_COMMAND_LINE_HOLDS; i++) {
            classPath.add("entries/there is nothing in this place, but its name is long enough to count " + i);
        }

        assertThat(new JavaProcess(home)
                        .classPath(classPath)
                        .run(ProbeApplication.class, "--inparallel.pool.working-directory=" + folder))
                .contains("same ");
    }

    /** As a build tool would install it: libraries in a folder, classes in others. */
    private static List<String> installed(Path home) throws IOException {
        Path libraries = Files.createDirectory(home.resolve("lib"));
        List<String> classPath = new ArrayList<>();
        for (String entry : JavaProcess.ownClassPath()) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                String name = "classes " + classPath.size();
                FileSystemUtils.copyRecursively(path, home.resolve(name));
                classPath.add(name);
            } else if (Files.exists(path)) {
                Files.copy(path, libraries.resolve(path.getFileName()));
            }
        }
        classPath.add("lib/*");
        return classPath;
    }

    @Test
    void explodedClassPathWithTheOptionsOfAnIde() throws Exception {
        String output = new JavaProcess(folder)
                .options(
                        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
                        "-Dcom.sun.management.jmxremote",
                        "-Dspring.jmx.enabled=true",
                        "-Dspring.application.admin.enabled=true",
                        "-Dspring.output.ansi.enabled=always",
                        "-Dmanagement.endpoints.jmx.exposure.include=*",
                        "-Dfile.encoding=UTF-8")
                .run(ProbeApplication.class);

        assertThat(output).contains("same ").containsOnlyOnce("Listening for transport dt_socket");
    }
}
