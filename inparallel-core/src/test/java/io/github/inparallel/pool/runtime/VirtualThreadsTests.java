package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class VirtualThreadsTests {

    @Test
    void threadOfThePlatformIsNone() {
        assertThat(VirtualThreads.isCurrent()).isFalse();
    }

    @Test
    void virtualThreadIsOne() throws Exception {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(21);
        CompletableFuture<Boolean> seen = new CompletableFuture<>();
        Runnable body = () -> seen.complete(VirtualThreads.isCurrent());
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
        assertThat(seen.get()).isTrue();
    }
}
