package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Results one after another: what is started when, and how it ends. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MappedResultsTests {

    private final List<CompletableFuture<String>> futures =
            Stream.generate(CompletableFuture<String>::new).limit(5).toList();
    private final List<Integer> started = new ArrayList<>();
    private final List<String> results = new ArrayList<>();

    private MappedResults<Integer, String> results(int inputs, int concurrency) {
        return new MappedResults<>(IntStream.range(0, inputs).boxed().toList(), concurrency, input -> {
            started.add(input);
            return futures.get(input);
        });
    }

    // ---- in order

    @Test
    void resultsComeInTheOrderOfCompletionUntilThereAreNoMore() {
        MappedResults<Integer, String> mapped = results(3, 3);

        for (int each : new int[] {1, 2, 0}) {
            futures.get(each).complete("r" + each);
            assertThat(mapped.tryAdvance(results::add)).isTrue();
        }

        assertThat(mapped.tryAdvance(results::add)).isFalse();
        assertThat(mapped.tryAdvance(results::add)).isFalse();
        assertThat(results).containsExactly("r1", "r2", "r0");
    }

    @Test
    void nothingIsStartedBeforeSomebodyAsksAndThenAsManyAsMayBe() {
        MappedResults<Integer, String> mapped = results(5, 2);
        assertThat(started).isEmpty();
        futures.get(1).complete("r1");

        assertThat(mapped.tryAdvance(result -> assertThat(started)
                        .as("the next is started before the result is worked on")
                        .containsExactly(0, 1, 2)))
                .isTrue();

        assertThat(started).containsExactly(0, 1, 2);
    }

    @Test
    void noInputsAreNoResults() {
        assertThat(results(0, 2).tryAdvance(results::add)).isFalse();
        assertThat(results).isEmpty();
    }

    // ---- failures

    private record Failure(Throwable thrown, Throwable expected) {}

    static Stream<Failure> failures() {
        RuntimeException unchecked = new IllegalStateException("unchecked");
        RuntimeException withCause = new IllegalStateException("with cause", new IOException("cause"));
        Error error = new AssertionError("error");
        CompletionException withoutCause = new CompletionException("no cause", null);
        return Stream.of(
                new Failure(unchecked, unchecked),
                new Failure(withCause, withCause),
                new Failure(error, error),
                new Failure(new CompletionException(new ExecutionException(unchecked)), unchecked),
                new Failure(withoutCause, withoutCause));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failureIsTheTasksOwn(Failure failure) {
        futures.get(0).completeExceptionally(failure.thrown);
        MappedResults<Integer, String> mapped = results(3, 2);

        assertThatThrownBy(() -> mapped.tryAdvance(results::add)).isSameAs(failure.expected);

        assertThat(futures.get(1)).isCancelled();
        assertThat(mapped.tryAdvance(results::add)).isFalse();
        assertThat(started).containsExactly(0, 1);
    }

    @Test
    void checkedFailureIsTheCause() {
        IOException checked = new IOException("checked");
        futures.get(0).completeExceptionally(checked);

        assertThatThrownBy(() -> results(1, 1).tryAdvance(results::add))
                .isExactlyInstanceOf(CompletionException.class)
                .hasCause(checked);
    }

    @Test
    void cancelledTaskIsAFailure() {
        futures.get(0).cancel(true);

        assertThatThrownBy(() -> results(1, 1).tryAdvance(results::add)).isInstanceOf(CancellationException.class);
    }

    @Test
    void taskThatIsNoneIsRefused() {
        MappedResults<String, String> mapped = new MappedResults<>(List.of("x"), 1, input -> nothing());

        assertThatThrownBy(() -> mapped.tryAdvance(results::add))
                .isExactlyInstanceOf(NullPointerException.class)
                .hasMessage("task returned null for x (expected: a future)");
    }

    @SuppressWarnings("NullAway") // what is tested
    private static CompletableFuture<String> nothing() {
        return null;
    }

    @Test
    void failureToStartTheNextComesAfterTheResult() {
        futures.get(0).complete("r0");
        MappedResults<Integer, String> mapped = new MappedResults<>(List.of(0, 1, 2), 2, input -> {
            if (input == 2) {
                throw new IllegalStateException("no third");
            }
            return futures.get(input);
        });

        assertThat(mapped.tryAdvance(results::add)).isTrue();
        assertThat(results).containsExactly("r0");
        futures.get(1).complete("r1");

        assertThatThrownBy(() -> mapped.tryAdvance(results::add)).hasMessage("no third");
        assertThat(results).containsExactly("r0");
    }

    // ---- closing

    @Test
    void closeCancelsWhatIsInFlightOnceWhateverOneOfThemDoes() {
        List<String> cancelled = new ArrayList<>();
        CompletableFuture<String> rude = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                cancelled.add("rude " + mayInterrupt);
                throw new IllegalStateException("for the test");
            }
        };
        CompletableFuture<String> other = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                cancelled.add("other " + mayInterrupt);
                return super.cancel(mayInterrupt);
            }
        };
        List<CompletableFuture<String>> tasks = List.of(rude, CompletableFuture.completedFuture("r1"), other);
        MappedResults<CompletableFuture<String>, String> mapped = new MappedResults<>(tasks, 3, task -> task);
        assertThat(mapped.tryAdvance(results::add)).isTrue();

        mapped.close();
        mapped.close();

        assertThat(cancelled).containsExactlyInAnyOrder("rude true", "other true");
        assertThat(mapped.tryAdvance(results::add)).isFalse();
        assertThat(results).containsExactly("r1");
    }

    @Test
    void closedBeforeAnybodyAsksNothingIsStarted() {
        MappedResults<Integer, String> mapped = results(3, 2);

        mapped.close();

        assertThat(mapped.tryAdvance(results::add)).isFalse();
        assertThat(started).isEmpty();
    }
}
