package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskState;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.worker.PlainBootstrap;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results and exceptions whose own code throws, what nobody declares, when they are rebuilt or looked at. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // made before each test
class HostileOutcomeTests {

    @InParallel
    public interface Work {
        CompletableFuture<Result> result(String thrown);

        CompletableFuture<Void> fails(String method);
    }

    public static final class Body implements Work {
        @Override
        public CompletableFuture<Result> result(String thrown) {
            return TaskFuture.completed(new Result(thrown, true));
        }

        @Override
        public CompletableFuture<Void> fails(String method) {
            throw new Hostile(method);
        }
    }

    /** Throws when it is made of what has crossed. */
    public static final class Result {
        private final String thrown;

        Result(String thrown, boolean here) {
            this.thrown = thrown;
        }

        @JsonCreator
        public Result(@JsonProperty("thrown") String thrown) {
            this(thrown, false);
            throw HostileOutcomeTests.<RuntimeException>sneaky(
                    switch (thrown) {
                        case "throwable" -> new Throwable("bare");
                        case "checked" -> new java.io.IOException("checked");
                        case "error" -> new AssertionError("error");
                        default -> new Hostile(thrown);
                    });
        }

        public String getThrown() {
            return thrown;
        }
    }

    /** Throws outside workers, from the method of this name. */
    public static final class Hostile extends RuntimeException {
        private static final AtomicReference<String> METHOD = new AtomicReference<>("");

        public Hostile(String method) {
            METHOD.set(method);
        }

        private static void maybe(String name) {
            if (!TaskContext.inWorker() && name.equals(METHOD.get())) {
                throw HostileOutcomeTests.<RuntimeException>sneaky(new Throwable("from " + name));
            }
        }

        @Override
        public String getMessage() {
            maybe("getMessage");
            return "text";
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            maybe("getCause");
            return super.getCause();
        }

        @Override
        public synchronized Throwable initCause(Throwable cause) {
            maybe("initCause");
            return super.initCause(cause);
        }

        @Override
        public String toString() {
            maybe("toString");
            return "text";
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            maybe("getStackTrace");
            return super.getStackTrace();
        }

        @Override
        public void setStackTrace(StackTraceElement[] stack) {
            maybe("setStackTrace");
            super.setStackTrace(stack);
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

    private WorkerPool pool;
    private Work work;

    @BeforeEach
    void start() {
        pool = WorkerPool.create(
                PoolOptions.builder().name("hostile").maxWorkers(1).build(),
                new InProcessLauncher(PlainBootstrap::new));
        work = pool.proxy(Work.class, Body.class);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private void endsOnce(CompletableFuture<?> future) throws Exception {
        CompletableFuture<String> dependent = future.handle((value, failure) -> "handled");

        assertThat(catchThrowable(() -> future.get(20, TimeUnit.SECONDS)))
                .isInstanceOf(ExecutionException.class)
                .extracting(Throwable::getCause)
                .isNotNull();
        assertThat(future.isDone()).isTrue();
        assertThat(dependent.get(20, TimeUnit.SECONDS)).isEqualTo("handled");
        assertThat(TaskFuture.of(future).orElseThrow().taskState()).isEqualTo(TaskState.FAILED);
        await().until(() -> pool.stats().running() == 0 && pool.stats().queued() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"throwable", "checked", "error", "getMessage", "toString", "getCause", "getStackTrace"})
    void resultWhoseConstructorThrowsFailsItsTaskOnly(String thrown) throws Exception {
        endsOnce(work.result(thrown));
        endsOnce(work.result(thrown));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getMessage",
                "getCause",
                "initCause",
                "toString",
                "getStackTrace",
                "setStackTrace",
                "hashCode",
                "equals"
            })
    void exceptionWhoseMethodsThrowIsAnOutcome(String method) throws Exception {
        CompletableFuture<Void> future = work.fails(method);

        endsOnce(future);
        Throwable failure = Objects.requireNonNull(catchThrowable(future::get).getCause());
        assertThat(failure.toString()).containsAnyOf("Hostile", "text", "cannot be rebuilt");
    }
}
