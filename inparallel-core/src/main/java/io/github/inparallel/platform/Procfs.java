package io.github.inparallel.platform;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Linux's files about processes. Where there are none, each method throws what it throws for a process that is gone, so
 * callers have one case to care for. Thread-safe.
 */
public final class Procfs {

    private static final Path ROOT = Path.of("/proc");

    private Procfs() {}

    /**
     * Returns the file of this process.
     *
     * @throws NoSuchFileException if this platform has none
     */
    public static Path self(String name) throws NoSuchFileException {
        return file("self/" + name);
    }

    /**
     * Returns the file of a process.
     *
     * @throws NoSuchFileException if this platform has none
     */
    public static Path of(long pid, String name) throws NoSuchFileException {
        return file(pid + "/" + name);
    }

    /**
     * Returns the file of the machine.
     *
     * @throws NoSuchFileException if this platform has none
     */
    public static Path file(String name) throws NoSuchFileException {
        if (!PlatformFeature.PROCFS.isThere()) {
            throw new NoSuchFileException(ROOT + "/" + name);
        }
        return ROOT.resolve(name);
    }

    /**
     * Returns the ids of all processes; empty if this platform has no such files.
     *
     * @throws IOException if they cannot be listed
     */
    public static List<Long> pids() throws IOException {
        List<Long> pids = new ArrayList<>();
        if (PlatformFeature.PROCFS.isThere()) {
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(ROOT, "[0-9]*")) {
                for (Path process : processes) {
                    pids.add(Long.parseLong(process.getFileName().toString()));
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        return pids;
    }
}
