package io.github.inparallel.pool.process.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A locked file, which shows other processes that this one lives and is at it. */
final class HeldFile implements AutoCloseable {

    // Belongs to the process, as such locks do: all of its locks on a file go when it closes any descriptor of it.
    // So a file that is held here must not be opened here.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private HeldFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Makes and locks a file; returns null if somebody holds it, here or in another process. */
    static @Nullable HeldFile hold(Path file) throws IOException {
        if (!HELD.add(file)) {
            return null;
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            return locked ? new HeldFile(file, channel) : null;
        } finally {
            if (!locked) {
                release(file, channel);
            }
        }
    }

    private static void release(Path file, @Nullable FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            HELD.remove(file); // last: closing the channel would end the lock of whoever holds the file here by then
        }
    }

    /** Removes the file, and lets go of it. */
    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(path); // first: whoever gets the lock then has a file that is nobody's
        } finally {
            release(path, channel);
        }
    }
}
