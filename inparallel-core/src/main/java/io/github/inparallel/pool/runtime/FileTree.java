package io.github.inparallel.pool.runtime;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes files, and folders with all that is in them. It works on open folders, never on paths below them, so a folder
 * that somebody swaps for a link in this moment leads nowhere. (Only the permissions of one that its owner may not list are
 * changed by its path.) It follows no links, leaves alone what is mounted within, and needs few descriptors however deep a
 * tree is. What cannot be removed stays, and keeps nothing else from going.
 */
public final class FileTree {

    private static final Log log = Log.of(FileTree.class);

    private static final Path ITSELF = Path.of(".");
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

    /** Most levels of a tree that was not made to keep somebody busy. */
    private static final int MOST_PASSES = 10_000;

    private FileTree() {}

    /** Decides about a folder by what it is when it is open. */
    public interface Condition {
        boolean holds(Path name, SecureDirectoryStream<Path> folder) throws IOException;
    }

    /** Removes a file or a folder; others may be doing the same in this moment. */
    public static void delete(Path path) {
        Path name = path.getFileName();
        Path parent = path.toAbsolutePath().getParent();
        if (name == null || parent == null || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent)) {
            if (!(stream instanceof SecureDirectoryStream<Path> folder)) {
                Files.walkFileTree(path, new Removal());
            } else if (!isFolder(folder, name)) {
                done(name, () -> folder.deleteFile(name));
            } else {
                done(name, () -> {
                    if (!deletedEmpty(folder, name)) {
                        try (SecureDirectoryStream<Path> open = open(folder, path)) {
                            empty(open, path);
                        }
                        folder.deleteDirectory(name);
                    }
                });
            }
        } catch (IOException e) {
            log.debug("{} cannot be removed", path, e);
        }
    }

    /**
     * Removes those folders within a folder for which the condition holds. It does nothing where the operating system cannot
     * work on open folders.
     *
     * @param filter which names to look at
     */
    public static void deleteFolders(Path parent, DirectoryStream.Filter<Path> filter, Condition condition)
            throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent, filter)) {
            if (stream instanceof SecureDirectoryStream<Path> folder) {
                for (Path name : names(folder)) {
                    if (isFolder(folder, name)) {
                        done(name, () -> {
                            try (SecureDirectoryStream<Path> open = openAsItIs(folder, name)) {
                                if (condition.holds(name, open) && !deletedEmpty(folder, name)) {
                                    empty(open, parent.resolve(name));
                                    folder.deleteDirectory(name);
                                }
                            }
                        });
                    }
                }
            }
        }
    }

    /**
     * Removes a folder if there is nothing in it, and returns whether that was so. It fails where something is mounted on it, which
     * is not ours to empty. (What is mounted may be of the same device, so that does not tell it.)
     */
    private static boolean deletedEmpty(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        try {
            parent.deleteDirectory(name);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** Moves up what is deeper, level by level, so that no more than two folders are open at a time. */
    private static void empty(SecureDirectoryStream<Path> top, Path path) throws IOException {
        makeWritable(top);
        List<Path> names = names(top);
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            boolean moved = false;
            for (Path name : names) {
                if (isFolder(top, name)) {
                    moved |= moveUp(top, path.resolve(name), "moved-" + System.nanoTime() + "-");
                    done(name, () -> top.deleteDirectory(name));
                } else {
                    done(name, () -> top.deleteFile(name));
                }
            }
            if (!moved) {
                return;
            }
            try (SecureDirectoryStream<Path> again = top.newDirectoryStream(ITSELF)) {
                names = names(again);
            }
        }
    }

    /** Removes the files of a folder in the top one, and moves its folders there. Returns whether there were any. */
    private static boolean moveUp(SecureDirectoryStream<Path> top, Path path, String prefix) {
        int[] moved = {0};
        done(path, () -> {
            if (deletedEmpty(top, path.getFileName())) {
                return;
            }
            try (SecureDirectoryStream<Path> folder = open(top, path)) {
                makeWritable(folder);
                for (Path each : names(folder)) {
                    done(each, () -> {
                        if (!isFolder(folder, each)) {
                            folder.deleteFile(each);
                        } else if (!deletedEmpty(folder, each)) {
                            move(folder, path.resolve(each), top, Path.of(prefix + moved[0]));
                            moved[0]++;
                        }
                    });
                }
            }
        });
        return moved[0] > 0;
    }

    /** A folder that moves is written to, as what is above it changes. */
    private static void move(SecureDirectoryStream<Path> from, Path path, SecureDirectoryStream<Path> to, Path newName)
            throws IOException {
        try {
            from.move(path.getFileName(), to, newName);
        } catch (AccessDeniedException e) {
            Files.setPosixFilePermissions(path, OWN);
            from.move(path.getFileName(), to, newName);
        }
    }

    /** One that its owner may not list can be changed by its path only. */
    private static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> parent, Path path) throws IOException {
        try {
            return openAsItIs(parent, path.getFileName());
        } catch (AccessDeniedException e) {
            Files.setPosixFilePermissions(path, OWN);
            return openAsItIs(parent, path.getFileName());
        }
    }

    private static SecureDirectoryStream<Path> openAsItIs(SecureDirectoryStream<Path> parent, Path name)
            throws IOException {
        return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void done(Path name, Step step) {
        try {
            step.run();
        } catch (NoSuchFileException e) {
            // somebody else was quicker
        } catch (IOException e) {
            log.debug("{} cannot be removed", name, e);
        }
    }

    /** Lets files be removed from a folder: tools make read-only ones, for caches among others. */
    private static void makeWritable(SecureDirectoryStream<Path> folder) {
        PosixFileAttributeView view = folder.getFileAttributeView(PosixFileAttributeView.class);
        try {
            if (view != null && !view.readAttributes().permissions().containsAll(OWN)) {
                view.setPermissions(OWN);
            }
        } catch (IOException e) {
            log.debug("A folder belongs to somebody else", e);
        }
    }

    /** What cannot be looked at, as a mount whose server is gone, is none. */
    private static boolean isFolder(SecureDirectoryStream<Path> parent, Path name) {
        BasicFileAttributeView view =
                parent.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            return view.readAttributes().isDirectory();
        } catch (IOException e) {
            log.debug("{} cannot be looked at", name, e);
            return false;
        }
    }

    /** Reads all names at once: whoever reads a folder while it changes may miss some. */
    private static List<Path> names(DirectoryStream<Path> folder) throws IOException {
        List<Path> names = new ArrayList<>();
        try {
            for (Path path : folder) {
                names.add(path.getFileName());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /** Removes by path, where the operating system cannot work on open folders. */
    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            done(file, () -> Files.delete(file));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
            done(folder, () -> Files.delete(folder));
            return FileVisitResult.CONTINUE;
        }
    }
}
