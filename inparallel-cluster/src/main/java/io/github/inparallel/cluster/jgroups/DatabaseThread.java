package io.github.inparallel.cluster.jgroups;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a database for whoever cannot wait for one that says nothing: a start, a view, a shutdown. Drivers may wait for ever, and an
 * interrupt does harm to some, so what is overdue is left alone, and until it has ended nothing else is asked. Thread-safe.
 */
final class DatabaseThread {

    private static final long LONGEST_SECONDS = 5;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "inparallel-cluster-database");
        made.setDaemon(true);
        return made;
    });
    private final Consumer<SQLException> late;
    private volatile @Nullable Future<?> overdue;

    /** @param late hears why something failed that was no longer waited for */
    DatabaseThread(Consumer<SQLException> late) {
        this.late = late;
    }

    /** @throws SQLException also if there was no answer in time */
    <T extends @Nullable Object> T ask(Callable<T> question) throws SQLException {
        Future<?> last = overdue;
        if (last != null && !last.isDone()) {
            throw noAnswer();
        }
        Future<T> asked;
        try {
            asked = thread.submit(question);
        } catch (RejectedExecutionException e) {
            throw new SQLException("this member has left", e);
        }
        try {
            return asked.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            overdue = asked;
            tellLater(asked);
            throw noAnswer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("this member did not wait for it", e);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private void tellLater(Future<?> asked) {
        try {
            thread.execute(() -> {
                try {
                    asked.get(); // it has ended, since this is the same thread
                } catch (ExecutionException e) {
                    late.accept(failure(e));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        } catch (RejectedExecutionException e) {
            // this member has left
        }
    }

    private static SQLException noAnswer() {
        return new SQLException("it has not answered for " + LONGEST_SECONDS + " s");
    }

    private static SQLException failure(ExecutionException failed) {
        Throwable cause = failed.getCause();
        return cause instanceof SQLException sql ? sql : new SQLException(String.valueOf(cause), cause);
    }

    /** What has been asked goes on to its end. */
    void stop() {
        thread.shutdown();
    }
}
