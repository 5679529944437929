package io.github.inparallel.pool.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A Java installation for tests whose {@code java} is a shell script: it starts in a millisecond and does what it says. */
final class ScriptedJava {

    private ScriptedJava() {}

    /** Makes one in a folder. */
    static Path in(Path folder, String... script) throws IOException {
        Path home = folder.resolve("jdk");
        Path bin = Files.createDirectories(home.resolve("bin"));
        Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\n" + String.join("\n", script) + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        return home;
    }
}
