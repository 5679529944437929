package io.github.inparallel.pool.process;

import io.github.inparallel.platform.OwnerOnly;
import io.github.inparallel.platform.PlatformFeature;
import io.github.inparallel.pool.runtime.FileTree;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.RandomName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A pool's directory for its socket and argument files, open to its own user only. A locked file in it shows that its
 * owner lives: the next start clears what dead ones left. (A process id would not do: in containers it is always 1, and
 * several of them may share a temporary folder.)
 */
public final class PrivateDirectory implements AutoCloseable {

    private static final Log log = Log.of(PrivateDirectory.class);

    private static final String PREFIX = "inparallel-";
    private static final Path LOCK = Path.of("lock");
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /** Most bytes of its path. Paths of sockets have 108 bytes on Linux, 104 on others; the file's name needs a few. */
    private static final int LONGEST = 90;

    /** Time in which a directory without a lock may be one that is just being made. */
    private static final Duration TIME_TO_LOCK = Duration.ofMinutes(1);

    /** What the file system knows the open ones of this process by, whatever its clock says. Thread-safe. */
    private static final Set<Object> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;
    private final Optional<Object> key;

    private PrivateDirectory(Path path, FileChannel lock, Optional<Object> key) {
        this.path = path;
        this.lock = lock;
        this.key = key;
        key.ifPresent(OPEN::add);
    }

    /**
     * Makes a directory in the first of these folders that will do.
     *
     * @throws IOException if none will; the message lists what was tried
     */
    public static PrivateDirectory create(List<Path> parents) throws IOException {
        List<String> tried = new ArrayList<>();
        for (Path parent : parents) {
            Path path = parent.resolve(PREFIX + ProcessHandle.current().pid() + "-" + RandomName.create());
            if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
                tried.add(parent + " is too long for a socket");
                continue;
            }
            try {
                Files.createDirectory(path, OwnerOnly.folder());
                Optional<Object> key = key(path); // before there is a lock that would have to be closed
                return new PrivateDirectory(path, locked(path), key);
            } catch (IOException e) {
                FileTree.delete(path);
                tried.add(parent + " cannot be used: " + e);
            }
        }
        throw new IOException(
                "No directory for the workers' socket: set java.io.tmpdir to a short path that can be written to. Tried: "
                        + String.join("; ", tried));
    }

    private static Optional<Object> key(Path directory) throws IOException {
        return Optional.ofNullable(
                Files.readAttributes(directory, BasicFileAttributes.class).fileKey());
    }

    private static FileChannel locked(Path directory) throws IOException {
        Path unlocked = directory.resolve(LOCK + ".new");
        FileChannel channel = FileChannel.open(
                unlocked, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file());
        try {
            if (channel.tryLock() == null) {
                throw new IOException("its lock is taken");
            }
            // Others who clear what dead processes left never see it without its lock.
            Files.move(unlocked, directory.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
            return channel; // closing it lets go of the lock
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** Removes what dead processes of this user left beside it; that can take a while. */
    public void clearNeighbours() {
        if (!PlatformFeature.POSIX_PERMISSIONS.isThere()) {
            return; // whose they are cannot be told
        }
        Path parent = Objects.requireNonNull(path.getParent());
        try {
            UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
            FileTree.deleteFolders(
                    parent,
                    entry -> entry.getFileName().toString().matches(PREFIX + "\\d{1,18}-" + RandomName.PATTERN),
                    (name, folder) -> isLeft(name.toString(), folder, owner));
        } catch (IOException e) {
            log.debug("{} cannot be searched for what dead processes left", parent, e);
        }
    }

    /** Tells whether a dead process has left it. What others own, or could write to, is not touched, whatever its name says. */
    private static boolean isLeft(String name, SecureDirectoryStream<Path> folder, UserPrincipal owner)
            throws IOException {
        PosixFileAttributes attributes =
                folder.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
        if (!attributes.owner().equals(owner)
                || !attributes.permissions().equals(PRIVATE)
                || isOurs(name, attributes)) {
            return false;
        }
        BasicFileAttributes lock;
        try {
            lock = folder.getFileAttributeView(LOCK, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        } catch (NoSuchFileException e) {
            // Cleaners of temporary folders take the file away after some days: then the process id has to do.
            return attributes
                            .lastModifiedTime()
                            .toInstant()
                            .isBefore(Instant.now().minus(TIME_TO_LOCK))
                    && ProcessHandle.of(pid(name)).isEmpty();
        }
        return !lock.isRegularFile() || isFree(folder); // what is none of ours is nobody's lock
    }

    private static long pid(String name) {
        return Long.parseLong(name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length())));
    }

    private static boolean isFree(SecureDirectoryStream<Path> folder) throws IOException {
        try (FileChannel channel = (FileChannel)
                        folder.newByteChannel(LOCK, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
                FileLock free = channel.tryLock()) {
            return free != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Tells whether it is this process's own. Its lock is not to be looked at: closing any descriptor of a file lets go of the process's locks on
     * it. One of another class loader is known by its name; a dead process may have had the same process id, but not since this one
     * started.
     */
    private static boolean isOurs(String name, BasicFileAttributes attributes) {
        Object key = attributes.fileKey();
        if (key != null && OPEN.contains(key)) {
            return true;
        }
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        return pid(name) == ProcessHandle.current().pid()
                && attributes.lastModifiedTime().toMillis() >= started;
    }

    /** Returns the directory itself. */
    public Path path() {
        return path;
    }

    /** Returns where the pool's socket is to be. */
    public Path socket() {
        return path.resolve("s");
    }

    @Override
    public void close() {
        FileTree.delete(path);
        key.ifPresent(OPEN::remove);
        try {
            lock.close();
        } catch (IOException e) {
            log.debug("{} cannot be closed", lock, e);
        }
    }
}
