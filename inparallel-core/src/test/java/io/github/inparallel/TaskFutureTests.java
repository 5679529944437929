package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A task's future beside a {@link CompletableFuture}, which it is in every respect; and what no ending may do to it. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TaskFutureTests {

    /** One whose end the test decides. */
    private static final class Task extends TaskFuture<String> {
        private final AtomicInteger counted = new AtomicInteger();
        private Runnable whenCounted = () -> {};

        Task() {
            super("test-1", Runnable::run);
        }

        void ends(Ending<String> ending) {
            decide(ending);
        }

        void succeeds(@Nullable String value) {
            ends(() -> new Resolution<>(TaskState.SUCCEEDED, value, null));
        }

        void fails(Throwable failure) {
            ends(() -> new Resolution<>(TaskState.FAILED, null, failure));
        }

        @Override
        protected void resolved(Resolution<String> end) {
            counted.incrementAndGet();
            whenCounted.run();
        }
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    // ---- beside a CompletableFuture

    private interface Look {
        @Nullable
        Object at(CompletableFuture<String> future) throws Exception;
    }

    private static Map<String, Look> looks() {
        Map<String, Look> looks = new LinkedHashMap<>();
        looks.put("get()", CompletableFuture::get);
        for (long time : new long[] {0, -1, Long.MIN_VALUE, 1, Long.MAX_VALUE}) {
            looks.put("get(" + time + ")", future -> {
                if (time > 1 && !future.isDone()) {
                    return "waits";
                }
                return future.get(time, TimeUnit.NANOSECONDS);
            });
        }
        looks.put("get(1, null)", future -> future.get(1, nothing()));
        looks.put("join()", CompletableFuture::join);
        looks.put("getNow()", future -> future.getNow("absent"));
        looks.put("isDone()", CompletableFuture::isDone);
        looks.put("isCancelled()", CompletableFuture::isCancelled);
        looks.put("isCompletedExceptionally()", CompletableFuture::isCompletedExceptionally);
        looks.put(
                "thenApply()", future -> future.thenApply(value -> value + "!").getNow("absent"));
        looks.put(
                "handle()",
                future ->
                        future.handle((value, failure) -> value + "/" + failure).getNow("absent"));
        looks.put(
                "exceptionally()",
                future -> future.exceptionally(Throwable::toString).getNow("absent"));
        looks.put("copy()", future -> future.copy().getNow("absent"));
        looks.put(
                "minimal",
                future -> future.minimalCompletionStage().toCompletableFuture().getNow("absent"));
        looks.put("allOf()", future -> CompletableFuture.allOf(future).getNow(null));
        looks.put("complete()", future -> future.complete("late") + future.getNow("absent"));
        looks.put("completeExceptionally()", future -> future.completeExceptionally(new IOException("late")));
        looks.put("cancel()", future -> future.cancel(true));
        looks.put("orTimeout()", future -> future.orTimeout(1, TimeUnit.HOURS).isDone());
        if (Runtime.version().feature() >= 19) {
            for (String name : List.of("resultNow", "exceptionNow")) {
                looks.put(name, future -> {
                    try {
                        return CompletableFuture.class.getMethod(name).invoke(future);
                    } catch (java.lang.reflect.InvocationTargetException e) {
                        throw (Exception) e.getCause();
                    }
                });
            }
        }
        return looks;
    }

    @SuppressWarnings("NullAway") // what is tested
    private static TimeUnit nothing() {
        return null;
    }

    private static Map<String, @Nullable Throwable> ends() {
        Map<String, @Nullable Throwable> ends = new LinkedHashMap<>();
        ends.put("success", null);
        ends.put("exception", new IllegalStateException("mine"));
        ends.put("checked exception", new IOException("mine"));
        ends.put("error", new AssertionError("mine"));
        ends.put("throwable", new Throwable("mine"));
        ends.put("completion exception", new CompletionException("wrapped", new IOException("inner")));
        ends.put("completion exception without cause", new CompletionException("bare", null) {});
        ends.put("execution exception", new ExecutionException("wrapped", new IOException("inner")));
        ends.put("cancellation", new CancellationException("mine"));
        ends.put("interrupt", new InterruptedException("mine"));
        return ends;
    }

    static Stream<Arguments> looksAndEnds() {
        return looks().keySet().stream()
                .flatMap(look -> Stream.concat(Stream.of("none", "null"), ends().keySet().stream())
                        .map(end -> Arguments.of(look, end)));
    }

    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource("looksAndEnds")
    void looksLikeACompletableFuture(String look, String end) {
        for (boolean interrupted : new boolean[] {false, true}) {
            if (end.equals("none") && List.of("get()", "join()").contains(look)) {
                continue; // they wait for ever
            }
            Task task = new Task();
            CompletableFuture<String> model = new CompletableFuture<>();
            if (end.equals("success") || end.equals("null")) {
                String value = end.equals("null") ? null : "value";
                task.succeeds(value);
                model.complete(value);
            } else if (!end.equals("none")) {
                Throwable failure = ends().get(end);
                task.fails(failure == null ? new AssertionError() : failure);
                model.completeExceptionally(failure);
            }

            assertThat(outcome(look, task, interrupted))
                    .as("interrupted: %s", interrupted)
                    .isEqualTo(outcome(look, model, interrupted));
        }
    }

    private static String outcome(String look, CompletableFuture<String> future, boolean interrupted) {
        Look how = looks().get(look);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        String seen;
        try {
            seen = "value " + (how == null ? "" : how.at(future));
        } catch (TimeoutException | IllegalStateException | NullPointerException e) {
            seen = e.getClass().getName(); // words of our own
        } catch (Throwable e) {
            seen = "thrown " + e + " by " + e.getCause();
        }
        return seen + (Thread.interrupted() ? ", interrupted" : "");
    }

    @Test
    void waitingThreadIsInterruptedOrGetsTheValueNeverBoth() throws Exception {
        for (int round = 0; round < 200; round++) {
            Task task = new Task();
            CompletableFuture<String> seen = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                try {
                    seen.complete(task.get() + Thread.currentThread().isInterrupted());
                } catch (InterruptedException e) {
                    seen.complete("interrupted" + Thread.currentThread().isInterrupted());
                } catch (ExecutionException e) {
                    seen.completeExceptionally(e);
                }
            });
            waiting.start();
            Thread other = new Thread(() -> task.succeeds("value"));
            other.start();
            waiting.interrupt();

            assertThat(seen.get()).isIn("valuetrue", "valuefalse", "interruptedfalse");
            other.join();
            waiting.join();
            assertThat(task.get()).isEqualTo("value");
        }
    }

    // ---- endings that throw

    /** Throws what nobody declares, from the method of this name. */
    private static final class Hostile extends RuntimeException {
        private final String method;

        Hostile(String method) {
            this.method = method;
        }

        private void maybe(String name) {
            if (name.equals(method)) {
                throw TaskFutureTests.<RuntimeException>sneaky(new Throwable("from " + name));
            }
        }

        @Override
        public String getMessage() {
            maybe("getMessage");
            return "text";
        }

        @Override
        public @Nullable String getLocalizedMessage() {
            maybe("getLocalizedMessage");
            return super.getLocalizedMessage();
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            maybe("getCause");
            return method.equals("itself") ? this : super.getCause();
        }

        @Override
        public String toString() {
            maybe("toString");
            return super.toString();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            maybe("getStackTrace");
            return super.getStackTrace();
        }

        @Override
        public int hashCode() {
            maybe("hashCode");
            return 1;
        }

        @Override
        public boolean equals(Object other) {
            maybe("equals");
            return this == other;
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException sneaky(Throwable e) throws E {
        throw (E) e;
    }

    static Stream<Throwable> thrown() {
        return Stream.concat(
                Stream.of(
                        new IllegalStateException("mine"),
                        new Throwable("bare"),
                        new OutOfMemoryError("no more"),
                        new StackOverflowError(),
                        new NoClassDefFoundError("gone"),
                        new ThreadDeath()),
                Stream.of(
                                "getMessage",
                                "getLocalizedMessage",
                                "getCause",
                                "itself",
                                "toString",
                                "getStackTrace",
                                "hashCode",
                                "equals")
                        .map(Hostile::new));
    }

    static Stream<Arguments> endings() {
        return thrown().flatMap(thrown -> Stream.of(
                Arguments.of(
                        "thrown",
                        (Consumer<Task>) task -> task.ends(() -> {
                            throw TaskFutureTests.<RuntimeException>sneaky(thrown);
                        }),
                        thrown.getClass().getName() + thrownBy(thrown)),
                Arguments.of(
                        "failure",
                        (Consumer<Task>) task -> task.fails(thrown),
                        thrown.getClass().getName() + thrownBy(thrown)),
                Arguments.of(
                        "counting",
                        (Consumer<Task>) task -> {
                            task.whenCounted = () -> {
                                throw TaskFutureTests.<RuntimeException>sneaky(thrown);
                            };
                            task.succeeds("value");
                        },
                        thrown.getClass().getName() + thrownBy(thrown))));
    }

    private static String thrownBy(Throwable thrown) {
        return thrown instanceof Hostile hostile ? "." + hostile.method : "";
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("endings")
    void whateverThrowsTheFutureEndsOnce(String where, Consumer<Task> end, String what) throws Exception {
        Task task = new Task();
        AtomicInteger told = new AtomicInteger();
        CompletableFuture<String> dependent =
                task.whenComplete((value, failure) -> told.incrementAndGet()).handle((value, failure) -> "handled");

        end.accept(task);

        assertThat(task.isDone()).isTrue();
        assertThat(dependent.get(10, TimeUnit.SECONDS)).isEqualTo("handled");
        assertThat(told).hasValue(1);
        assertThat(task.counted).hasValue(1);
        assertThat(task.taskState()).isIn(TaskState.SUCCEEDED, TaskState.FAILED);
        if (where.equals("counting")) {
            assertThat(task.get()).isEqualTo("value");
        } else {
            assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class);
            assertThatThrownBy(task::join).isInstanceOf(CompletionException.class);
            assertThat(task.isCompletedExceptionally()).isTrue();
        }
        assertThat(task.cancel(true)).isFalse();
    }

    @Test
    void standInForWhatCannotBeShownNamesTheType() {
        Task task = new Task();
        task.fails(new Hostile("getMessage"));

        assertThatThrownBy(task::get)
                .cause()
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        standIn -> assertThat(standIn.originalType()).isEqualTo(Hostile.class.getName()))
                .hasMessageContaining("Hostile");
    }

    @Test
    void resultThatLooksAtItsOwnFutureSeesThatItHasNotEnded() {
        Task task = new Task();
        List<Object> seen = new ArrayList<>();
        task.ends(() -> {
            seen.add(task.isDone());
            seen.add(task.taskState());
            seen.add(task.getNow("absent"));
            try {
                seen.add(task.join());
            } catch (IllegalStateException e) {
                seen.add("waits for itself");
            }
            return new TaskFuture.Resolution<>(TaskState.SUCCEEDED, "value", null);
        });

        assertThat(task.join()).isEqualTo("value");
        assertThat(seen).isEqualTo(Arrays.asList(false, TaskState.RUNNING, "absent", "waits for itself"));
    }

    @Test
    void listenersAndExecutorsOfProgressMayFail() {
        AtomicInteger refused = new AtomicInteger(1);
        TaskFuture<String> task = new TaskFuture<>("test-2", body -> {
            if (refused.getAndDecrement() > 0) {
                throw new RejectedExecutionException();
            }
            body.run();
        }) {};
        List<Double> seen = new ArrayList<>();
        task.onProgress(report -> {
            throw TaskFutureTests.<RuntimeException>sneaky(new Throwable("listener"));
        });
        task.onProgress(report -> seen.add(report.fraction()));

        task.report(new TaskProgress(0.1, "refused", java.time.Instant.ofEpochSecond(1)));
        task.report(new TaskProgress(0.2, "taken", java.time.Instant.ofEpochSecond(2)));

        assertThat(seen).containsExactly(0.2);
    }

    @Test
    void endingFromOutsideIsHeardAlthoughTheEngineFails() {
        TaskFuture<String> task = new TaskFuture<>("test-3", Runnable::run) {
            @Override
            protected void endedFromOutside(boolean interrupt) {
                throw new AssertionError("engine");
            }
        };
        CompletableFuture<String> dependent = task.handle((value, failure) -> "heard");

        try {
            task.cancel(true);
            fail("expected");
        } catch (AssertionError e) {
            assertThat(e).hasMessage("engine");
        }

        assertThat(task).isCancelled();
        assertThat(dependent).isCompletedWithValue("heard");
    }
}
