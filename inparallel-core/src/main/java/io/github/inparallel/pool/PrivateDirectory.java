package io.github.inparallel.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pool's directory for its socket and argument files, open to its own user only. A locked file in it shows that its
 * owner lives: the next start clears what dead ones left. (A process id would not do: in containers it is always 1, and
 * several of them may share a temporary folder.)
 */
final class PrivateDirectory implements AutoCloseable {

    private static final Log log = Log.of(PrivateDirectory.class);

    private static final String PREFIX = "inparallel-";
    private static final String LOCK = "lock";

    /** The platform's limit of a socket's path is 108 bytes on Linux, 104 on others; the file's name needs a few. */
    private static final int LONGEST = 90;

    /** A directory without a lock may be one that is just being made. */
    private static final Duration TIME_TO_LOCK = Duration.ofMinutes(1);

    private final Path path;
    private final FileChannel lock;

    private PrivateDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** @throws IOException if there is no place for it; the message lists what was tried */
    static PrivateDirectory create() throws IOException {
        return create(candidates());
    }

    /** In the first of these folders that will do. */
    static PrivateDirectory create(List<Path> parents) throws IOException {
        List<String> tried = new ArrayList<>();
        for (Path parent : parents) {
            Path path = parent.resolve(PREFIX + ProcessHandle.current().pid() + "-" + random());
            if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
                tried.add(parent + " is too long for a socket");
                continue;
            }
            try {
                Files.createDirectory(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                return new PrivateDirectory(path, locked(path));
            } catch (IOException e) {
                delete(path);
                tried.add(parent + " cannot be used: " + e);
            }
        }
        throw new IOException(
                "No directory for the workers' socket: set java.io.tmpdir to a short path that can be written to. Tried: "
                        + String.join("; ", tried));
    }

    private static String random() {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static FileChannel locked(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException("its lock is taken");
        }
        return channel; // closing it lets go of the lock
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

    /** Removes what dead processes left beside it; that can take a while. */
    void clearNeighbours() {
        Path parent = path.getParent();
        try (Stream<Path> entries = Files.list(parent)) {
            entries.filter(entry -> entry.getFileName().toString().matches(PREFIX + "\\d+-[0-9a-f]{12}"))
                    .filter(PrivateDirectory::isLeft)
                    .forEach(PrivateDirectory::delete);
        } catch (IOException | UncheckedIOException e) {
            log.debug("{} cannot be searched for what dead processes left", parent, e);
        }
    }

    private static boolean isLeft(Path entry) {
        Path file = entry.resolve(LOCK);
        try {
            if (isOurs(entry)) {
                return false; // not to be looked at: closing any descriptor of a file lets go of the process's locks on
                // it
            }
            if (!Files.exists(file)) {
                FileTime made = Files.getLastModifiedTime(entry);
                return made.toInstant().isBefore(Instant.now().minus(TIME_TO_LOCK));
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    FileLock free = channel.tryLock()) {
                return free != null;
            }
        } catch (OverlappingFileLockException | IOException e) {
            return false; // another user's, or being removed in this moment
        }
    }

    /** This process's own; a dead one may have had the same process id, but not since this one started. */
    private static boolean isOurs(Path entry) throws IOException {
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        return entry.getFileName()
                        .toString()
                        .startsWith(PREFIX + ProcessHandle.current().pid() + "-")
                && Files.getLastModifiedTime(entry).toMillis() >= started;
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
        try {
            lock.close();
        } catch (IOException e) {
            log.debug("{} cannot be closed", lock, e);
        }
    }

    /** Removes a file or a folder with all that is in it; others may be doing the same in this moment. */
    static void delete(Path directory) {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new Removal());
        } catch (IOException e) {
            log.debug("{} cannot be removed", directory, e);
        }
    }

    /** What cannot be removed stays, and keeps nothing else from going. */
    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return remove(file);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
            return remove(folder);
        }

        private static FileVisitResult remove(Path entry) {
            try {
                Files.deleteIfExists(entry);
            } catch (IOException e) {
                log.debug("{} cannot be removed", entry, e);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
