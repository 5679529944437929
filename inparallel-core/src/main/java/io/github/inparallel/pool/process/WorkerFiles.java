package io.github.inparallel.pool.process;

import io.github.inparallel.pool.runtime.FileTree;
import java.nio.file.Path;

/**
 * The files of one worker in the pool's directory, which go when it ends.
 *
 * @param suffix tells the workers of a pool apart
 */
record WorkerFiles(Path directory, String suffix) {

    /** Returns the file with the arguments of its JVM. */
    Path arguments() {
        return directory.resolve("worker" + suffix + ".args");
    }

    /** Returns its folder for temporary files. */
    Path temporary() {
        return directory.resolve("tmp" + suffix);
    }

    /** Removes what is there of them. */
    void delete() {
        FileTree.delete(arguments());
        FileTree.delete(temporary());
    }
}
