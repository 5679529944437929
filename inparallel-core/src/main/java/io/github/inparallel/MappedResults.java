package io.github.inparallel;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.Spliterators;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The results of {@link WaitFor#map}. Belongs to the thread that runs the stream. */
final class MappedResults<T, R> extends Spliterators.AbstractSpliterator<R> {

    private static final Logger log = LoggerFactory.getLogger(WaitFor.class);

    private final Iterable<? extends T> inputs;
    private final int concurrency;
    private final Function<? super T, ? extends Future<R>> task;
    private final Set<Future<R>> inFlight = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Completions<Future<R>> completions = new Completions<>(inFlight);
    private @Nullable Iterator<? extends T> iterator;
    private @Nullable Throwable inputsFailed;
    private boolean ended;

    MappedResults(Iterable<? extends T> inputs, int concurrency, Function<? super T, ? extends Future<R>> task) {
        super(Long.MAX_VALUE, 0);
        this.inputs = inputs;
        this.concurrency = concurrency;
        this.task = task;
    }

    @Override
    public boolean tryAdvance(Consumer<? super R> action) {
        R result;
        try {
            if (!ended) {
                fill();
            }
            if (inputsFailed != null) {
                throw inputsFailed;
            }
            Future<R> done = ended || !completions.await(Long.MAX_VALUE) ? null : completions.take();
            if (done == null) {
                close();
                return false;
            }
            result = done.get();
        } catch (Throwable failure) {
            close();
            throw asUnchecked(failure);
        }
        try {
            fill(); // before the result is worked on, so that its place is not idle so long
        } catch (Throwable failure) {
            inputsFailed = failure; // comes after this result
        }
        action.accept(result);
        return true;
    }

    private void fill() {
        if (iterator == null) {
            iterator = inputs.iterator();
        }
        while (inputsFailed == null && inFlight.size() < concurrency && iterator.hasNext()) {
            T input = iterator.next();
            Future<R> future = task.apply(input);
            if (future == null) {
                throw new NullPointerException("task returned null for " + input + " (expected: a future)");
            }
            inFlight.add(future);
            completions.added(future);
        }
    }

    void close() {
        ended = true;
        completions.close();
        List<Future<R>> rest = List.copyOf(inFlight);
        inFlight.clear();
        for (Future<R> future : rest) {
            try {
                future.cancel(true);
            } catch (RuntimeException | Error e) {
                log.warn("A future that WaitFor.map had in flight could not be cancelled", e); // the others can
            }
        }
    }

    private static RuntimeException asUnchecked(Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof ExecutionException || failure instanceof CompletionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked ? unchecked : new CompletionException(failure);
    }
}
