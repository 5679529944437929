package io.github.inparallel.pool.process.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldFileTests {

    @TempDir
    private Path folder;

    @Test
    void fileIsHeldByOneAndGoneWithHim() throws IOException {
        Path file = folder.resolve("lock");
        HeldFile first = Objects.requireNonNull(HeldFile.hold(file));
        assertThat(file).exists();
        assertThat(HeldFile.hold(file)).isNull();
        first.close();
        assertThat(file).doesNotExist();
        HeldFile second = Objects.requireNonNull(HeldFile.hold(file));
        second.close();
    }

    @Test
    void othersAreHeldApart() throws IOException {
        try (HeldFile one = HeldFile.hold(folder.resolve("one"));
                HeldFile other = HeldFile.hold(folder.resolve("other"))) {
            assertThat(one).isNotNull();
            assertThat(other).isNotNull();
        }
    }

    @Test
    void fileThatCannotBeMadeIsFreeAfterwards() throws IOException {
        Path file = folder.resolve("none").resolve("lock");
        assertThatThrownBy(() -> HeldFile.hold(file)).isInstanceOf(IOException.class);
        Files.createDirectory(folder.resolve("none"));
        try (HeldFile held = HeldFile.hold(file)) {
            assertThat(held).isNotNull();
        }
    }

    @Test
    void fileThatSomebodyHasRemovedIsLetGoAllTheSame() throws IOException {
        Path file = folder.resolve("lock");
        HeldFile held = Objects.requireNonNull(HeldFile.hold(file));
        Files.delete(file);
        held.close();
        Objects.requireNonNull(HeldFile.hold(file)).close();
    }

    @Test
    void ofManyThreadsOneGetsIt() throws Exception {
        Path file = folder.resolve("lock");
        int threads = 8;
        ExecutorService all = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 50; round++) {
                CyclicBarrier together = new CyclicBarrier(threads);
                List<Callable<Boolean>> tries = IntStream.range(0, threads)
                        .<Callable<Boolean>>mapToObj(i -> () -> {
                            together.await();
                            HeldFile held = HeldFile.hold(file);
                            together.await(); // nobody lets go before all have tried
                            if (held != null) {
                                held.close();
                            }
                            return held != null;
                        })
                        .toList();
                int got = 0;
                for (Future<Boolean> each : all.invokeAll(tries)) {
                    got += each.get() ? 1 : 0;
                }
                assertThat(got).isEqualTo(1);
            }
        } finally {
            all.shutdownNow();
        }
    }
}
