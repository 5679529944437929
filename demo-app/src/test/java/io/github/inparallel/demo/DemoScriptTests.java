package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script at the top, with a Maven and a Java that only say how they were called. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is one for a Unix shell")
class DemoScriptTests {

    @TempDir
    private Path folder;

    private Path checkout;

    @BeforeEach
    void checkOut() throws IOException {
        checkout = Files.createDirectory(folder.toRealPath().resolve("check out"));
        Files.copy(Path.of("..", "demo"), checkout.resolve("demo"));
        Files.createFile(checkout.resolve("pom.xml"));
        Path tools = Files.createDirectory(folder.resolve("bin"));
        for (String name : new String[] {"mvn", "java"}) {
            Path tool = Files.writeString(tools.resolve(name), "#!/bin/sh\necho " + name + " \"$@\"\n");
            Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void linksToItLeadToItsFolder() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(elsewhere.resolve("first"), Path.of("..", "check out", "demo"));
        Path link = Files.createSymbolicLink(folder.resolve("second"), elsewhere.resolve("first"));

        assertThat(run(link))
                .contains("-f " + checkout.resolve("pom.xml"))
                .contains("java -jar " + checkout.resolve("demo-app/target/demo-app.jar") + " --demo.stay");
    }

    @Test
    void whatCannotBeWrittenToIsBuiltElsewhere() throws Exception {
        Files.setPosixFilePermissions(checkout, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeThat(Files.isWritable(checkout))
                .as("this user, probably root, may write where nobody may")
                .isFalse();
        try {
            Path copy = folder.resolve("cache/inparallel-demo");
            assertThat(run(checkout.resolve("demo"))).contains("-f " + copy.resolve("pom.xml"));
            assertThat(copy.resolve("pom.xml")).isRegularFile();
        } finally {
            Files.setPosixFilePermissions(checkout, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private String run(Path script) throws IOException, InterruptedException {
        ProcessBuilder bash = new ProcessBuilder("bash", script.toString(), "--demo.stay").directory(folder.toFile());
        bash.environment().remove("JAVA_HOME");
        bash.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        bash.environment().merge("PATH", folder.resolve("bin").toString(), (path, tools) -> tools + ":" + path);
        Process process = bash.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
