package io.github.inparallel.platform;

import java.nio.file.Files;
import java.nio.file.Path;

/** The program that starts a JVM: Windows has another name for it. Thread-safe. */
public final class JavaCommand {

    private JavaCommand() {}

    /**
     * Returns the program of a Java installation, which need not be there.
     *
     * @param home the installation
     */
    public static Path of(Path home) {
        Path windows = home.resolve("bin").resolve("java.exe");
        return Files.exists(windows) ? windows : home.resolve("bin").resolve("java");
    }
}
