package io.github.inparallel.pool.process.cache;

import io.github.inparallel.platform.PlatformFeature;
import io.github.inparallel.platform.Procfs;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Tells whether a folder is safe to run code from: nobody but its owner and root can write to it, or swap it. */
final class SafeFolder {

    static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
    static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("r--r--r--");

    private static final int ROOT = 0;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;

    private final int self;
    private final Path home;

    /** @param home parents of this folder are not looked at */
    SafeFolder(Path home) throws IOException {
        this.self = ownUser();
        this.home = Files.exists(home) ? home.toRealPath() : home;
    }

    private static int ownUser() throws IOException {
        if (PlatformFeature.PROCFS.isThere()) {
            return user(Procfs.self("stat")); // no file has to be made for it
        }
        Path file = Files.createTempFile("inparallel", null);
        try {
            return user(file);
        } finally {
            Files.delete(file);
        }
    }

    private static int user(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Checks a folder and those it is in, up to home.
     *
     * @throws IOException if it is not safe; the message says which folder, and why
     */
    void check(Path folder) throws IOException {
        checkUpwards(folder.toAbsolutePath().normalize());
        checkUpwards(folder.toRealPath());
    }

    private void checkUpwards(Path folder) throws IOException {
        for (Path path = folder; path != null; path = path.getParent()) {
            check(path, !path.equals(folder));
            if (path.equals(home)) {
                return;
            }
        }
    }

    /** Checks all that is in an entry. */
    void checkContent(Path entry) throws IOException {
        Files.walkFileTree(entry, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                check(path, false);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink()) {
                    throw new IOException(path + " is a link");
                }
                try {
                    check(path, false);
                } catch (NoSuchFileException e) {
                    // another process has just let go of the entry
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException && !path.equals(entry)) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }

    /** Checks one of them. In a parent that is sticky, as /tmp is, others may make files, but not touch what is there. */
    private void check(Path path, boolean parent) throws IOException {
        int owner = user(path);
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if (owner != self && owner != ROOT) {
            throw new IOException(path + " belongs to another user");
        }
        boolean writable = (mode & WRITABLE_BY_OTHERS) != 0 && !Files.isSymbolicLink(path);
        if (writable && !(parent && (mode & STICKY) != 0)) {
            throw new IOException(path + " can be written to by others");
        }
    }
}
