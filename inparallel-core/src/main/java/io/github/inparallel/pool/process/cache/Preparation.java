package io.github.inparallel.pool.process.cache;

import io.github.inparallel.pool.runtime.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The making of an entry. All is written aside and moved into place: first the jars, since an archive notes where they
 * are, then the archive, then the file by which the entry counts. It belongs to one thread.
 */
public final class Preparation implements AutoCloseable {

    private final Path folder;
    private final Path entry;
    private final Path aside;
    private final List<ClassPathEntry> sources;
    private final HeldFile lock;
    private @Nullable List<Path> classPath;

    Preparation(Path folder, String key, List<ClassPathEntry> sources, HeldFile lock) {
        this.folder = folder;
        this.entry = folder.resolve(key);
        this.aside = folder.resolve(key + Entries.ASIDE);
        this.sources = sources;
        this.lock = lock;
    }

    /** Returns the class path as plain jars, each where it will stay. Those that are plain already are not copied. */
    public List<Path> classPath() throws IOException {
        if (classPath == null) {
            FileTree.delete(aside); // left by somebody who was killed
            Entries.remove(entry);
            Files.createDirectory(aside, SafeFolder.FOLDER);
            Path jars = Files.createDirectory(aside.resolve("lib"), SafeFolder.FOLDER);
            List<Path> result = new ArrayList<>();
            for (ClassPathEntry source : sources) {
                if (source.isPlainJar()) {
                    result.add(source.file());
                } else {
                    // Each in a folder of its own: a Class-Path in its manifest had no effect, and has none here.
                    Path own = Files.createDirectory(jars.resolve(String.valueOf(result.size())), SafeFolder.FOLDER);
                    Path jar = own.resolve(source.jarName());
                    PlainJars.write(source, jar);
                    Files.setPosixFilePermissions(jar, SafeFolder.FILE);
                    result.add(entry.resolve(aside.relativize(jar)));
                }
            }
            Files.move(aside, entry, StandardCopyOption.ATOMIC_MOVE);
            classPath = List.copyOf(result);
        }
        return classPath;
    }

    /** Returns where the archive is to be written. */
    public Path archive() {
        return entry.resolve("archive" + Entries.ASIDE);
    }

    /**
     * Has the entry count; an archive that was written is part of it.
     *
     * @return what it has become
     */
    public CachedClasses publish() throws IOException {
        Path archive = null;
        if (Files.exists(archive())) {
            archive = entry.resolve("archive");
            Files.setPosixFilePermissions(archive(), SafeFolder.FILE);
            Files.move(archive(), archive, StandardCopyOption.ATOMIC_MOVE);
        }
        CachedClasses made = new CachedClasses(classPath(), archive);
        Path ready = entry.resolve(ClassCache.READY + Entries.ASIDE);
        made.writeTo(ready);
        Files.move(ready, entry.resolve(ClassCache.READY), StandardCopyOption.ATOMIC_MOVE);
        Entries.prune(folder, entry, Entries.MOST_BYTES);
        return made;
    }

    /** Removes what was not published. */
    @Override
    public void close() throws IOException {
        try {
            FileTree.delete(aside);
            if (!Files.exists(entry.resolve(ClassCache.READY))) {
                FileTree.delete(entry);
            } else {
                deleteAsides();
            }
        } finally {
            lock.close();
        }
    }

    private void deleteAsides() throws IOException {
        try (Stream<Path> files = Files.list(entry)) {
            files.filter(file -> file.toString().contains(Entries.ASIDE)).forEach(FileTree::delete);
        }
    }
}
