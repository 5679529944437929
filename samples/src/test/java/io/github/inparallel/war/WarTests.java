package io.github.inparallel.war;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** A web application whose classes only a servlet container's class loader knows. */
@Tag("process")
@Timeout(120)
class WarTests {

    private static final String PACKAGE = WarTests.class.getPackageName().replace('.', '/');

    /** What such an application has in its folder of libraries. */
    private static final Pattern LIBRARIES = Pattern.compile(
            "(inparallel|spring-(aop|beans|boot-4|boot-autoconfigure|boot-web-server|boot-servlet|context-[67]|core|expression|web-)"
                    + "|micrometer|jackson|logback|slf4j-api|jspecify|commons-logging|snakeyaml|jakarta.annotation).*");

    private static final Pattern CONTAINER = Pattern.compile("(tomcat-|jakarta.annotation).*");

    @TempDir
    private Path folder;

    @Test
    void workerBootsTheSourcesWithTheClassesThatTheContainerHas() throws Exception {
        Path war = folder.resolve("web application");
        Path libraries = Files.createDirectories(war.resolve("WEB-INF/lib"));
        Path classes = Files.createDirectories(war.resolve("WEB-INF/classes"));
        copyTestClasses("WarApplication", classes);
        for (Path library : matching(LIBRARIES)) {
            Files.copy(library, libraries.resolve(library.getFileName()));
        }
        for (Path module : exploded()) {
            FileSystemUtils.copyRecursively(module, classes);
        }
        copyTestClasses("ServletContainer", folder.resolve("container"));

        String output = run(war);

        assertThat(output)
                .contains("here: application, true, of the initializer, of the servlet context")
                .contains("there: worker, true, of the initializer, of the servlet context")
                .contains("undeployed");
    }

    private String run(Path war) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        StringBuilder classPath = new StringBuilder(folder.resolve("container").toString());
        matching(CONTAINER)
                .forEach(library -> classPath.append(File.pathSeparator).append(library));
        Process container = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx128m",
                        "-cp",
                        classPath.toString(),
                        ServletContainer.class.getName(),
                        war.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = container.waitFor(90, TimeUnit.SECONDS);
            assertThat(ended).as(Files.readString(output)).isTrue();
            return Files.readString(output);
        } finally {
            container.descendants().forEach(ProcessHandle::destroyForcibly);
            container.destroyForcibly();
        }
    }

    private static List<Path> matching(Pattern name) {
        return classPath()
                .filter(Files::isRegularFile)
                .filter(path -> name.matcher(path.getFileName().toString()).matches())
                .toList();
    }

    /** Modules of this project that have not been packaged. */
    private static List<Path> exploded() {
        return classPath()
                .filter(Files::isDirectory)
                .filter(path -> Files.exists(path.resolve("io/github/inparallel/InParallel.class"))
                        || Files.exists(path.resolve("io/github/inparallel/spring")))
                .toList();
    }

    private static Stream<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
    }

    private static void copyTestClasses(String prefix, Path target) throws Exception {
        Path source = Path.of(WarTests.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path to = Files.createDirectories(target.resolve(PACKAGE));
        try (Stream<Path> files = Files.list(source.resolve(PACKAGE))) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith(prefix)) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
    }
}
