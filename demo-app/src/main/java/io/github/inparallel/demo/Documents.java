package io.github.inparallel.demo;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/** Work of several kinds, so that the live page has something to show: quick, slow with progress, and now and then failing. */
@Component
class Documents {

    private static final int CHAPTERS = 20;

    /** Takes moments. */
    @InParallel(pool = "documents")
    CompletableFuture<Integer> shrink(int millis) throws InterruptedException {
        Thread.sleep(millis);
        return CompletableFuture.completedFuture(millis);
    }

    /** Takes seconds, and says how far it is. */
    @InParallel(pool = "documents", timeout = "20s")
    CompletableFuture<Integer> index(int millisPerChapter) throws InterruptedException {
        for (int chapter = 1; chapter <= CHAPTERS; chapter++) {
            Thread.sleep(millisPerChapter);
            double done = (double) chapter / CHAPTERS;
            String message = "chapter " + chapter + " of " + CHAPTERS;
            TaskContext.current().ifPresent(task -> task.progress(done, message));
        }
        return CompletableFuture.completedFuture(CHAPTERS);
    }

    /** Cannot do what it is asked for. */
    @InParallel(pool = "documents")
    CompletableFuture<Integer> translate(String language) {
        throw new IllegalArgumentException("There is no dictionary of " + language);
    }

    /** Never ends by itself: its limit of time ends it. */
    @InParallel(pool = "documents", timeout = "2s")
    CompletableFuture<Integer> proofread() throws InterruptedException {
        Thread.sleep(Long.MAX_VALUE);
        return CompletableFuture.completedFuture(0);
    }
}
