package io.github.inparallel.pool;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.pool.member.EncodedOutcome;
import io.github.inparallel.pool.member.LentSlots;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What a member hears of a task that it has sent. */
final class Heard implements LentSlots.Listener {

    private final CompletableFuture<EncodedOutcome> outcome = new CompletableFuture<>();
    final List<String> words = new CopyOnWriteArrayList<>(); // in order

    @Override
    public void started(String worker, long pid) {
        words.add("started in " + worker);
    }

    @Override
    public void progressed(TaskProgress progress) {
        words.add("progressed to " + progress.message());
    }

    @Override
    public void ended(EncodedOutcome ended) {
        words.add("ended");
        if (!outcome.complete(ended)) {
            words.add("ended twice");
        }
    }

    boolean hasEnded() {
        return outcome.isDone();
    }

    /** The outcome, if it is of this kind. */
    <T extends EncodedOutcome> T outcome(Class<T> type) throws Exception {
        return type.cast(outcome.get(20, TimeUnit.SECONDS));
    }
}
