package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WorkerExit;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.inprocess.InProcessLauncher;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.worker.PlainBootstrap;
import io.github.inparallel.worker.WorkerBootstrap;
import io.github.inparallel.worker.WorkerEnvironment;
import io.github.inparallel.worker.WorkerTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real pools of several members in one JVM, their workers threads, messages carried by several threads at once. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerPoolsTests {

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final MemoryNetwork network = new MemoryNetwork();
    private final List<Member> members = new ArrayList<>();
    private volatile CountDownLatch starts = new CountDownLatch(0); // of workers

    /** A worker's that starts when the test lets it. */
    private final class HeldBootstrap implements WorkerBootstrap {

        private final WorkerBootstrap held = new PlainBootstrap();

        @Override
        public void start(WorkerEnvironment environment) throws Exception {
            starts.await();
            held.start(environment);
        }

        @Override
        public boolean startsApplication() {
            return held.startsApplication();
        }

        @Override
        public WorkerTarget target(String target, String method) {
            return held.target(target, method);
        }

        @Override
        public Marshaller marshaller() {
            return held.marshaller();
        }
    }

    /** A member with one pool. */
    private final class Member {

        final MemoryNetwork.Node place;
        final WorkerPool pool;
        final LentWork work;
        final ClusterNode node;

        Member(String name, int maxWorkers) {
            this(name, maxWorkers, options -> options);
        }

        Member(String name, int maxWorkers, UnaryOperator<PoolOptionsBuilder> settings) {
            place = network.node(name);
            pool = WorkerPool.create(
                    settings.apply(PoolOptions.builder()
                                    .name("work")
                                    .maxWorkers(maxWorkers)
                                    .spread(PoolOptions.Spread.CLUSTER)
                                    .killGrace(Duration.ofMillis(100))
                                    .shutdownTimeout(Duration.ZERO))
                            .build(),
                    new InProcessLauncher(HeldBootstrap::new));
            work = pool.proxy(LentWork.class, LentWorkBody.class);
            node = new ClusterNode(
                    place,
                    new Identity("app", "1", Map.of("work", List.of("LentWork"))),
                    Map.of("work", new SharedPool(pool.remoteSlots(), pool.lentSlots(), 64 << 20, GRACE)),
                    ClusterObserver.NONE);
            node.start();
            members.add(this);
        }

        void awaitPeers(int count) {
            await().until(() -> node.stats().count(ClusterStats.State.COMPATIBLE) == count);
        }
    }

    @BeforeEach
    void reset() {
        LentWorkBody.reset();
    }

    @AfterEach
    void close() {
        LentWorkBody.release.countDown();
        starts.countDown();
        for (Member member : members) {
            member.pool.shutdownNow();
            member.node.leave(Duration.ZERO);
            member.pool.close();
        }
        network.close();
    }

    private static TaskFuture<?> task(CompletableFuture<?> future) {
        return TaskFuture.of(future).orElseThrow();
    }

    private static Throwable failure(CompletableFuture<?> future) {
        Throwable failure = catchThrowable(future::join);
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void nothingIsLeft() {
        for (Member member : members) {
            await().untilAsserted(() -> assertThat(member.node.leftovers()).isEmpty());
        }
    }

    @Test
    void memberWithoutWorkersHasItsCallsRunByAnother() {
        Member web = new Member("web", 0);
        CompletableFuture<String> early = web.work.echo("nobody is there yet");
        new Member("host", 1);

        assertThat(early.join()).isEqualTo("nobody is there yet");
        CompletableFuture<String> echo = web.work.echo("hello");
        assertThat(echo.join()).isEqualTo("hello");
        assertThat(task(echo).member()).contains("host");
        assertThat(task(echo).workerPid()).isPresent();
        nothingIsLeft();
    }

    @Test
    void queueTimeoutOfTheCallerHoldsWhileAWorkerOfAnotherMemberStarts() {
        Member web = new Member("web", 0, options -> options.queueTimeout(Duration.ofMillis(200)));
        starts = new CountDownLatch(1);
        Member host = new Member("host", 1);
        web.awaitPeers(1);
        await().until(() -> {
            CompletableFuture<String> late = web.work.echo("too late"); // may find the slot unknown
            return failure(late) instanceof TaskTimeoutException timeout
                    && timeout.kind() == TaskTimeoutException.Limit.QUEUE
                    && Objects.requireNonNull(timeout.getMessage()).endsWith("at member host");
        });
        assertThat(web.pool.stats().inFlight()).isZero();
        starts.countDown();
        CompletableFuture<String> echo = web.work.echo("in time");
        await().until(() -> host.pool.stats().workers().get(0).tasksDone() == 1);
        assertThat(echo).isCompletedWithValue("in time");
        nothingIsLeft();
    }

    @Test
    void longArgumentsAndResultsCross() {
        Member web = new Member("web", 0);
        new Member("host", 1);
        byte[] bytes = new byte[3 << 20];
        new Random(1).nextBytes(bytes);

        assertThat(Arrays.equals(web.work.copy(bytes).join(), bytes)).isTrue();
        nothingIsLeft();
    }

    @Test
    void exceptionHasItsType() {
        Member web = new Member("web", 0);
        new Member("host", 1);

        assertThat(failure(web.work.fail("as asked")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("as asked");
    }

    @Test
    void lastProgressIsKnownWhenTheTaskHasEnded() {
        Member web = new Member("web", 0);
        new Member("host", 1);

        CompletableFuture<String> future = web.work.progress();

        assertThat(future.join()).isEqualTo("done");
        assertThat(task(future).progress().orElseThrow().message()).isEqualTo("step 10000");
    }

    @Test
    void cancelStopsTheTaskThere() {
        Member web = new Member("web", 0);
        new Member("host", 1);
        CompletableFuture<String> future = web.work.sleep(TaskOptions.declared());
        await().until(() -> LentWorkBody.BEGUN.get() == 1);

        future.cancel(true);

        assertThat(future).isCancelled();
        await().until(() -> LentWorkBody.INTERRUPTED.get() == 1);
        assertThat(web.work.echo("again").join()).isEqualTo("again");
        nothingIsLeft();
    }

    @Test
    void timeLimitHolds() {
        Member web = new Member("web", 0);
        new Member("host", 1);

        CompletableFuture<String> future = web.work.sleep(TaskOptions.timeout(Duration.ofMillis(50)));

        assertThat(failure(future)).isInstanceOf(TaskTimeoutException.class);
        await().until(() -> LentWorkBody.INTERRUPTED.get() == 1);
        nothingIsLeft();
    }

    @Test
    void taskOfAMemberThatIsLostIsLost() {
        Member web = new Member("web", 0);
        Member host = new Member("host", 1);
        CompletableFuture<String> future = web.work.hold(TaskOptions.declared());
        await().until(() -> LentWorkBody.BEGUN.get() == 1);

        network.cut(web.place, host.place, "it did not answer for 10 s");

        Throwable failure = failure(future);
        assertThat(failure).isInstanceOf(WorkerLostException.class).hasMessageContaining("it did not answer for 10 s");
        assertThat(((WorkerLostException) failure).member()).contains("host");
        assertThat(((WorkerLostException) failure).exit().cause()).isEqualTo(WorkerExit.Cause.MEMBER_LOST);
        await().until(() -> LentWorkBody.INTERRUPTED.get() == 1);
        nothingIsLeft();
    }

    @Test
    void taskOfAMemberThatIsLostGoesElsewhereIfItHasRetries() {
        Member web = new Member("web", 0);
        Member first = new Member("first", 1);
        web.awaitPeers(1);
        CompletableFuture<String> future = web.work.hold(TaskOptions.retries(1));
        await().until(() -> LentWorkBody.BEGUN.get() == 1);
        new Member("second", 1);
        web.awaitPeers(2);

        network.cut(web.place, first.place, "it did not answer for 10 s");
        await().until(() -> LentWorkBody.BEGUN.get() == 2);
        LentWorkBody.release.countDown();

        assertThat(future.join()).isEqualTo("released");
        assertThat(task(future).member()).contains("second");
        nothingIsLeft();
    }

    @Test
    void memberThatLeavesFinishesWhatItRuns() {
        Member web = new Member("web", 0);
        Member host = new Member("host", 1);
        CompletableFuture<String> future = web.work.hold(TaskOptions.declared());
        await().until(() -> LentWorkBody.BEGUN.get() == 1);

        Thread leaving = new Thread(() -> host.node.leave(Duration.ofMinutes(1)));
        leaving.start();
        await().until(() -> web.node.stats().count(ClusterStats.State.LEAVING) == 1);
        LentWorkBody.release.countDown();

        assertThat(future.join()).isEqualTo("released");
        await().until(() -> web.node.stats().members().isEmpty());
    }

    @Test
    void manyCallsOfManyThreadsEachHaveTheirOwnResult() {
        List<Member> three = List.of(new Member("a", 1), new Member("b", 2), new Member("c", 0));
        three.forEach(member -> member.awaitPeers(2));

        List<CompletableFuture<?>> all = IntStream.range(0, 1_200)
                .parallel()
                .mapToObj(i -> {
                    String text = i % 100 == 0 ? "x".repeat(400_000) + i : "call " + i;
                    return three.get(i % 3).work.echo(text).thenAccept(result -> {
                        if (!result.equals(text)) {
                            throw new AssertionError("call " + i + " has another's result");
                        }
                    });
                })
                .<CompletableFuture<?>>map(each -> each)
                .toList();
        all.forEach(CompletableFuture::join);

        nothingIsLeft();
    }
}
