package io.github.inparallel.pool.process.cache;

import io.github.inparallel.pool.runtime.FileTree;
import io.github.inparallel.pool.runtime.RandomName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The entries of a cache as folders: in use, removed, bounded in size. */
final class Entries {

    private static final Logger log = LoggerFactory.getLogger(Entries.class);

    /** End of the names of what is not, or no longer, in its place. */
    static final String ASIDE = ".aside";

    static final long MOST_BYTES = 1L << 30;

    private static final Duration LONGEST_UNUSED = Duration.ofDays(30);
    private static final String USE = "use-";

    private Entries() {}

    /** Shows that this process uses the entry. */
    static @Nullable HeldFile hold(Path entry) throws IOException {
        return HeldFile.hold(entry.resolve(USE + RandomName.create()));
    }

    /** Removes an entry. It moves it out of the way first, so that nobody finds half of it. */
    static void remove(Path entry) throws IOException {
        if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
            Path gone = entry.resolveSibling(entry.getFileName() + "-" + RandomName.create() + ASIDE);
            Files.move(entry, gone, StandardCopyOption.ATOMIC_MOVE);
            FileTree.delete(gone);
        }
    }

    /**
     * Removes entries that nobody uses: those not used for long, then the ones used longest ago until the rest is small
     * enough.
     */
    static void prune(Path folder, Path keep, long mostBytes) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                String name = path.getFileName().toString();
                if (name.matches("[0-9a-f]{32}-" + RandomName.PATTERN + ASIDE)) {
                    FileTree.delete(path); // somebody was killed while he removed it
                } else if (name.matches("[0-9a-f]{32}")) {
                    entries.add(Entry.of(path));
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::used).reversed());
        long total = 0;
        for (Entry entry : entries) {
            total += entry.bytes();
            boolean surplus =
                    total > mostBytes || entry.used().isBefore(Instant.now().minus(LONGEST_UNUSED));
            if (surplus && !entry.path().equals(keep) && removeUnused(entry)) {
                total -= entry.bytes();
            }
        }
    }

    private static boolean removeUnused(Entry entry) throws IOException {
        Path path = entry.path();
        // Its lock, so that it is not one that is just being made.
        try (HeldFile lock = HeldFile.hold(path.resolveSibling(path.getFileName() + ".lock"))) {
            if (lock == null || isInUse(path)) {
                return false;
            }
            remove(path);
            log.debug("Class cache {}, last used {}, was removed", path, entry.used());
            return true;
        }
    }

    private static boolean isInUse(Path entry) throws IOException {
        List<Path> uses;
        try (Stream<Path> files = Files.list(entry)) {
            uses = files.filter(file -> file.getFileName().toString().startsWith(USE))
                    .toList();
        }
        for (Path use : uses) {
            try (HeldFile free = HeldFile.hold(use)) {
                if (free == null) {
                    return true;
                }
            }
        }
        return false;
    }

    private record Entry(Path path, long bytes, Instant used) {

        static Entry of(Path path) throws IOException {
            long bytes;
            try (Stream<Path> files = Files.walk(path)) {
                bytes = files.mapToLong(Entry::size).sum();
            } catch (UncheckedIOException e) {
                bytes = 0; // somebody removes it in this moment
            }
            Path ready = path.resolve(ClassCache.READY);
            return new Entry(
                    path,
                    bytes,
                    Files.getLastModifiedTime(Files.exists(ready) ? ready : path)
                            .toInstant());
        }

        private static long size(Path file) {
            try {
                return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
            } catch (IOException e) {
                return 0;
            }
        }
    }
}
