package io.github.inparallel;

import io.github.inparallel.units.Counts;
import io.github.inparallel.units.Durations;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Loops over futures as they complete, and keeps a chosen number in flight. The Java form of the Python library's
 * {@code wait_for}.
 *
 * <pre>{@code
 * for (TaskFuture<String> done : waitFor.drain(inFlight)) {
 *     System.out.println(done.join());
 * }
 * }</pre>
 *
 * <p>It waits without polling for every future that is a {@link java.util.concurrent.CompletionStage}; for any other, a
 * daemon thread waits in its {@code get()} until it is done or the loop has ended. A thread that is interrupted while it
 * waits gets an {@link InParallelException} with its interrupt flag set, and the collection keeps what is left; the
 * iterator can go on after that, as it can after a {@link DrainTimeoutException}.
 *
 * <p>Futures are told apart by identity. To drain a collection takes time in proportion to its size, if it is a hash set,
 * a queue in order of insertion, or a list that can be taken from at that end where its futures complete first. A future in
 * the middle of a list costs what the list's own {@code remove} does; one of a {@code PriorityQueue} or of a collection that
 * is copied on each write costs time in proportion to the collection's size.
 *
 * <p>This class has no state and is thread-safe. An iterator, and the collection it drains, belong to one thread.
 */
public final class WaitFor {

    public WaitFor() {}

    /**
     * Yields each future as it completes, failed and cancelled ones too; those already complete come first. A future is
     * removed from the collection before it is yielded. Futures that the loop's body adds to the collection are waited
     * for like the others. The loop ends when the collection is empty. A future that is in the collection more than once
     * is yielded once. The body may add and take out what it likes. Where more than a few hundred futures are in flight,
     * one that the body has added may come after others that were complete as well, and of many thousands that are
     * complete those come first that can be taken out at least cost.
     *
     * @param inFlight the caller's own collection, which must allow removal
     * @throws IllegalArgumentException while iterating, if the collection cannot be changed, or holds something that is
     *     not a future
     */
    public <F extends Future<?>> Iterable<F> drain(Collection<F> inFlight) {
        Objects.requireNonNull(inFlight, "inFlight");
        return () -> new DrainIterator<>(inFlight, null);
    }

    /**
     * Like {@link #drain(Collection)}, but not for longer than a time.
     *
     * @param timeout counts from {@link Iterable#iterator()}; zero yields what is done, then throws
     * @throws DrainTimeoutException while iterating, when the time is over; what is left stays in the collection
     */
    public <F extends Future<?>> Iterable<F> drain(Collection<F> inFlight, Duration timeout) {
        Objects.requireNonNull(inFlight, "inFlight");
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout: " + Durations.text(timeout) + " (expected: >= 0)");
        }
        return () -> new DrainIterator<>(inFlight, timeout);
    }

    /**
     * Like {@link #drain(Collection)}, but asks for more tasks: it also yields an empty {@link Optional} whenever fewer
     * than {@code concurrency} futures are in flight, which is the size of the collection. The body may then add one.
     * While it does, the loop asks again until that many are in flight; when it adds none, the loop asks again only after
     * a completion. When nothing is left in flight it asks one last time, and ends if nothing was added. Completed
     * futures are yielded before it asks.
     *
     * @throws IllegalArgumentException if {@code concurrency} is below 1
     */
    public <F extends Future<?>> Iterable<Optional<F>> drain(Collection<F> inFlight, int concurrency) {
        Objects.requireNonNull(inFlight, "inFlight");
        checkConcurrency(concurrency);
        return () -> new AskingIterator<>(inFlight, concurrency);
    }

    /**
     * Runs a task for each input, at most {@code concurrency} at a time, and yields the results in order of completion.
     * Nothing is started before the stream's terminal operation; an input is pulled only when there is a place for its
     * task. The first failure ends the stream with that task's own exception (a checked one as the cause of a
     * {@link java.util.concurrent.CompletionException}) and cancels the rest, as does an error of the inputs, of
     * {@code task}, or {@link Stream#close()}. To be sure that nothing goes on after a short-circuiting operation, close
     * the stream.
     *
     * @throws IllegalArgumentException if {@code concurrency} is below 1
     */
    public <T, R> Stream<R> map(
            Iterable<? extends T> inputs, int concurrency, Function<? super T, ? extends Future<R>> task) {
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(task, "task");
        checkConcurrency(concurrency);
        MappedResults<T, R> results = new MappedResults<>(inputs, concurrency, task);
        return StreamSupport.stream(results, false).onClose(results::close);
    }

    private static void checkConcurrency(int concurrency) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency: " + concurrency + " (expected: >= 1)");
        }
    }

    /** Asks for tasks whenever there is room for one and the body has not just declined. */
    private static final class AskingIterator<F extends Future<?>> implements Iterator<Optional<F>> {
        private static final int NOT_ASKED = -1;

        private final Collection<F> inFlight;
        private final int concurrency;
        private final Completions<F> completions;
        private int sizeWhenAsked = NOT_ASKED;
        private boolean asks;

        AskingIterator(Collection<F> inFlight, int concurrency) {
            this.inFlight = inFlight;
            this.concurrency = concurrency;
            this.completions = new Completions<>(inFlight);
        }

        @Override
        public boolean hasNext() {
            asks = false;
            if (completions.isReady()) {
                return true;
            }
            int size = inFlight.size();
            boolean declined = sizeWhenAsked != NOT_ASKED && size <= sizeWhenAsked;
            if (size < concurrency && !declined) {
                asks = true;
                return true;
            }
            if (size == 0) {
                completions.close();
                return false;
            }
            completions.await(Long.MAX_VALUE);
            return true;
        }

        @Override
        public Optional<F> next() {
            while (hasNext()) {
                if (asks) {
                    sizeWhenAsked = inFlight.size();
                    completions.callersTurn();
                    return Optional.empty();
                }
                F done = completions.take();
                if (done != null) {
                    sizeWhenAsked = NOT_ASKED;
                    return Optional.of(done);
                }
            }
            throw new NoSuchElementException("nothing is in flight");
        }
    }

    /** Waits for one future after the other, until none is left or the time is over. */
    private static final class DrainIterator<F extends Future<?>> implements Iterator<F> {
        private final Collection<F> inFlight;
        private final Completions<F> completions;
        private final @Nullable Duration timeout;
        private final long startNanos = System.nanoTime();

        DrainIterator(Collection<F> inFlight, @Nullable Duration timeout) {
            this.inFlight = inFlight;
            this.completions = new Completions<>(inFlight);
            this.timeout = timeout;
        }

        @Override
        public boolean hasNext() {
            while (!inFlight.isEmpty()) {
                if (completions.await(left())) {
                    return true;
                }
                if (!inFlight.isEmpty() && left() <= 0) {
                    throw timedOut();
                }
            }
            completions.close();
            return false;
        }

        @Override
        public F next() {
            while (hasNext()) {
                F done = completions.take();
                if (done != null) {
                    return done;
                }
            }
            throw new NoSuchElementException("nothing is in flight");
        }

        private long left() {
            return timeout == null ? Long.MAX_VALUE : Durations.nanos(timeout) - (System.nanoTime() - startNanos);
        }

        private DrainTimeoutException timedOut() {
            int remaining = inFlight.size();
            int total = completions.total();
            completions.close();
            return new DrainTimeoutException(
                    remaining + " of " + Counts.text(total, "future", "futures") + (remaining == 1 ? " is" : " are")
                            + " not complete after " + (timeout == null ? "no time" : Durations.text(timeout)),
                    remaining,
                    total);
        }
    }
}
