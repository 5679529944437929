package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.pool.runtime.FileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cleaners of temporary folders take from a pool that lives, because nobody has used it for some days. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RemovedFilesTests {

    @Test
    void folderForTemporaryFilesComesBack() throws Exception {
        try (WorkerPool pool = ProcessPool.create(options -> options)) {
            ProcessPool.probe(pool).echo("there is a worker");
            Path temporary = pool.socket().resolveSibling("tmp-1");
            assertThat(temporary).isDirectory();

            FileTree.delete(temporary);

            await().until(() -> Files.isDirectory(temporary));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary)))
                    .isEqualTo("rwx------");
        }
    }
}
