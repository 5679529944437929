package io.github.inparallel.pool.process;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** The way in which a JVM keeps what it has made of classes for the next one. */
enum ArchiveKind {
    /** No archive: the JVM cannot write one, or was told otherwise. */
    NONE,
    /** An archive on top of the JDK's own, written by a JVM when it ends. */
    DYNAMIC,
    /** An archive with the JDK's classes too, linked, with profiles of methods; a child of a JVM writes it when that ends. */
    AHEAD_OF_TIME;

    private static final int FIRST_DYNAMIC = 13;
    private static final int FIRST_AHEAD_OF_TIME = 25;

    /** Options that decide about archives already, or agents, which change classes. */
    private static final List<String> AGAINST = List.of(
            "-javaagent",
            "-agentlib",
            "-agentpath",
            "-Xrun",
            "-Xshare:off",
            "-Xshare:dump",
            "-XX:SharedArchiveFile",
            "-XX:ArchiveClassesAtExit",
            "-XX:+AutoCreateSharedArchive",
            "-XX:AOT");

    /** Returns what suits a Java installation and the options that its JVM is started with. */
    static ArchiveKind of(Path javaHome, List<String> jvmOptions) {
        if (jvmOptions.stream().anyMatch(option -> AGAINST.stream().anyMatch(option::startsWith))) {
            return NONE;
        }
        int version = version(javaHome);
        if (version >= FIRST_AHEAD_OF_TIME) {
            return AHEAD_OF_TIME;
        }
        return version >= FIRST_DYNAMIC ? DYNAMIC : NONE;
    }

    private static int version(Path javaHome) {
        if (javaHome.equals(Path.of(System.getProperty("java.home")))) {
            return Runtime.version().feature();
        }
        Properties release = new Properties();
        try (Reader reader = Files.newBufferedReader(javaHome.resolve("release"))) {
            release.load(reader);
            return Runtime.Version.parse(release.getProperty("JAVA_VERSION", "").replace("\"", ""))
                    .feature();
        } catch (IOException | IllegalArgumentException e) {
            return 0;
        }
    }

    /** Returns options with which a JVM writes an archive. */
    List<String> optionsToWrite(Path archive) {
        return switch (this) {
            case NONE -> List.of();
            case DYNAMIC -> List.of("-XX:ArchiveClassesAtExit=" + archive);
            case AHEAD_OF_TIME -> List.of("-XX:AOTCacheOutput=" + archive);
        };
    }

    /** Returns options with which a JVM uses an archive; one that cannot use it starts without it. */
    List<String> optionsToUse(Path archive) {
        return switch (this) {
            case NONE -> List.of();
            case DYNAMIC -> List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive);
            case AHEAD_OF_TIME -> List.of("-XX:AOTMode=auto", "-XX:AOTCache=" + archive);
        };
    }
}
