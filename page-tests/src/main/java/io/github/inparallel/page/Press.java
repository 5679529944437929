package io.github.inparallel.page;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.springframework.stereotype.Component;

/** Methods that run in workers, and behave in each way that the page shows. */
@Component
class Press {

    @InParallel(pool = "press")
    CompletableFuture<Integer> print(int pages) {
        return CompletableFuture.completedFuture(pages);
    }

    @InParallel(pool = "press")
    CompletableFuture<Integer> fail(String why) {
        throw new IllegalStateException(why);
    }

    @InParallel(pool = "press")
    CompletableFuture<Integer> crash() {
        System.err.println("The drum is on fire");
        Runtime.getRuntime().halt(3);
        return CompletableFuture.completedFuture(0);
    }

    /** Runs until the file exists, and says how far it is. */
    @InParallel(pool = "press", timeout = "10m")
    CompletableFuture<Integer> wait(String go) {
        TaskContext.current().orElseThrow().progress(0.4, "page 4 of 10");
        while (!Files.exists(Path.of(go))) {
            LockSupport.parkNanos(5_000_000);
            if (Thread.currentThread().isInterrupted()) {
                return CompletableFuture.completedFuture(-1);
            }
        }
        return CompletableFuture.completedFuture(1);
    }
}
