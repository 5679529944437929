package io.github.inparallel.worker;

import io.github.inparallel.platform.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The folder for temporary files. Where it is the worker's own, in the pool's directory, it is made again when it is gone:
 * whatever cleans the machine's temporary folder removes what nobody has used for some days, and tasks would find none.
 */
final class TemporaryFolder {

    private final Path path = Path.of(System.getProperty("java.io.tmpdir", "")); // an application may clear it
    private final boolean own;

    /** @param socket of the pool, in its directory */
    TemporaryFolder(String socket) {
        own = path.startsWith(Objects.requireNonNull(Path.of(socket).getParent()));
    }

    /** Sees that it is there. */
    void keep() {
        if (own && !Files.exists(path)) {
            try {
                Files.createDirectory(path, OwnerOnly.folder());
            } catch (IOException e) {
                // the whole directory is gone, or the worker is about to end; tasks that need the folder say so
            }
        }
    }
}
