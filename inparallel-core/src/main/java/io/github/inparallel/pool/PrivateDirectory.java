package io.github.inparallel.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool's directory for its socket and argument files, open to its own user only. Its name carries the process id of
 * its owner, so that the next start can clear what a dead one left.
 */
final class PrivateDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PrivateDirectory.class);

    private static final String PREFIX = "inparallel-";

    /** The platform's limit of a socket's path is 108 bytes on Linux, 104 on others; the file's name needs a few. */
    private static final int LONGEST = 90;

    private final Path path;

    private PrivateDirectory(Path path) {
        this.path = path;
    }

    /** @throws IOException if there is no place for it; the message lists what was tried */
    static PrivateDirectory create() throws IOException {
        IOException failure = new IOException(
                "No directory for the workers' socket: set java.io.tmpdir to a short path that can be written to");
        for (Path parent : candidates()) {
            byte[] random = new byte[6];
            new SecureRandom().nextBytes(random);
            Path path = parent.resolve(PREFIX + ProcessHandle.current().pid() + "-"
                    + HexFormat.of().formatHex(random));
            if (path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST) {
                failure.addSuppressed(new IOException(path + " is too long for a socket"));
                continue;
            }
            try {
                clear(parent);
                Files.createDirectory(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                return new PrivateDirectory(path);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    private static List<Path> candidates() {
        List<Path> candidates = new ArrayList<>();
        candidates.add(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath());
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null) {
            candidates.add(Path.of(runtime));
        }
        candidates.add(Path.of("/tmp"));
        candidates.add(Path.of("/dev/shm"));
        return candidates;
    }

    /** Removes what dead processes left. A process id that was given to somebody else keeps its directory a while. */
    private static void clear(Path parent) {
        try (Stream<Path> entries = Files.list(parent)) {
            entries.filter(entry -> entry.getFileName().toString().matches(PREFIX + "\\d+-[0-9a-f]{12}"))
                    .filter(PrivateDirectory::isLeft)
                    .forEach(PrivateDirectory::delete);
        } catch (IOException | UncheckedIOException e) {
            log.debug("{} cannot be searched for what dead processes left", parent, e);
        }
    }

    private static boolean isLeft(Path entry) {
        long pid = Long.parseLong(entry.getFileName().toString().split("-", 3)[1]);
        try {
            return !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)
                    && Files.getOwner(entry).getName().equals(System.getProperty("user.name"));
        } catch (IOException e) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    Path socket() {
        return path.resolve("s");
    }

    @Override
    public void close() {
        delete(path);
    }

    private static void delete(Path directory) {
        try (Stream<Path> entries = Files.walk(directory)) {
            entries.sorted(Comparator.reverseOrder()).forEach(entry -> {
                try {
                    Files.deleteIfExists(entry);
                } catch (IOException e) {
                    log.debug("{} cannot be removed", entry, e);
                }
            });
        } catch (IOException | UncheckedIOException e) {
            log.debug("{} cannot be removed", directory, e);
        }
    }
}
