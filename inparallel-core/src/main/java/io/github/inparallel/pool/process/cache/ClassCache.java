package io.github.inparallel.pool.process.cache;

import io.github.inparallel.platform.PlatformFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with prepared class paths, each in an entry of its own, named by what it is good for. An entry counts from the
 * moment when its file {@code ready} is there, which is moved into place last; whoever uses one holds a file in it. Several
 * processes may share the folder. Thread-safe.
 */
public final class ClassCache implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClassCache.class);

    static final String READY = "ready";

    private final Path folder;
    private final SafeFolder safety;
    private @Nullable HeldFile use; // guarded by this

    private ClassCache(Path folder, SafeFolder safety) {
        this.folder = folder;
        this.safety = safety;
    }

    /**
     * Opens the cache in a folder; it is made if it is not there.
     *
     * @param setting {@code auto} is a folder of the user's own: {@code $XDG_CACHE_HOME/inparallel}, else
     *     {@code ~/.cache/inparallel}
     * @throws IOException if it is not safe to run code from there; the message says why
     */
    public static ClassCache open(String setting) throws IOException {
        Path home = Path.of(System.getProperty("user.home"));
        return setting.equals("auto")
                ? open(ownFolder(home, System.getenv("XDG_CACHE_HOME")), home, true)
                : open(Path.of(setting).toAbsolutePath().normalize(), home, false);
    }

    static Path ownFolder(Path home, @Nullable String cacheHome) throws IOException {
        Path parent =
                cacheHome != null && Path.of(cacheHome).isAbsolute() ? Path.of(cacheHome) : home.resolve(".cache");
        if (!parent.isAbsolute()) {
            throw new IOException("this user has no home folder: " + home);
        }
        return parent.resolve("inparallel").normalize();
    }

    static ClassCache open(Path folder, Path home, boolean secret) throws IOException {
        if (!PlatformFeature.POSIX_PERMISSIONS.isThere()) {
            throw new IOException("this platform does not tell who may write to " + folder);
        }
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, secret ? SafeFolder.PRIVATE_FOLDER : SafeFolder.FOLDER);
            }
            SafeFolder safety = new SafeFolder(home);
            safety.check(folder);
            return new ClassCache(folder, safety);
        } catch (UnsupportedOperationException e) {
            throw new IOException("its file system does not tell who may write to " + folder, e);
        }
    }

    public Path folder() {
        return folder;
    }

    /**
     * Returns the name of the entry for a class path.
     *
     * @param javaHome the Java installation that it is for
     * @param traits what else must be the same, such as options of the JVM
     */
    public static String key(List<ClassPathEntry> classPath, Path javaHome, List<String> traits) throws IOException {
        return CacheKey.of(classPath, javaHome, traits);
    }

    /** Tells whether there may be an entry; that is quick. */
    public boolean contains(String key) {
        return Files.exists(entry(key).resolve(READY));
    }

    /**
     * Returns the entry, which stays as long as this object is not closed; null if there is none.
     *
     * @throws IOException if it is damaged, or others could have written to it
     */
    public synchronized @Nullable CachedClasses find(String key) throws IOException {
        if (!contains(key)) {
            return null;
        }
        Path entry = entry(key);
        if (use == null && Files.isWritable(entry)) {
            use = Entries.hold(entry);
        }
        safety.checkContent(entry);
        CachedClasses found = CachedClasses.readFrom(entry.resolve(READY));
        markUsed(entry);
        return found;
    }

    private static void markUsed(Path entry) {
        try {
            Files.setLastModifiedTime(entry.resolve(READY), FileTime.from(Instant.now()));
        } catch (IOException e) {
            log.debug("{} is not ours to mark", entry, e); // part of a container's image, most likely
        }
    }

    /**
     * Begins to make an entry.
     *
     * @return null if another is making it, here or in another process
     * @throws IOException if nothing can be written here
     */
    public @Nullable Preparation prepare(String key, List<ClassPathEntry> classPath) throws IOException {
        HeldFile lock = HeldFile.hold(folder.resolve(key + ".lock"));
        return lock == null ? null : new Preparation(folder, key, classPath, lock);
    }

    /** Removes an entry that is of no use. */
    public synchronized void discard(String key) throws IOException {
        letGo();
        Entries.remove(entry(key));
    }

    private Path entry(String key) {
        return folder.resolve(key);
    }

    private void letGo() throws IOException {
        if (use != null) {
            use.close();
            use = null;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        letGo();
    }
}
