package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.WaitFor;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.spring.sample.CountingTransactionManager;
import io.github.inparallel.spring.sample.SampleApplication;
import io.github.inparallel.spring.sample.Work;
import io.github.inparallel.spring.sample.Work.Order;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;

/** An ordinary application under {@code @SpringBootTest}, with real workers and no further set-up. */
@Tag("process")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SpringBootTest(
        classes = SampleApplication.class,
        properties = {"inparallel.pool.heap=96MB", "inparallel.pool.max-workers=1", "sample.greeting=moin"})
@DirtiesContext
class SpringBootTestTests {

    private static final long HERE = ProcessHandle.current().pid();

    @Autowired
    private Work work;

    @Autowired
    private WaitFor waitFor;

    @Autowired
    private CountingTransactionManager transactions;

    @Autowired
    private MeterRegistry meters;

    @Test
    void methodRunsInAnotherProcess() throws Exception {
        CompletableFuture<Long> future = work.pid();

        assertThat(future.get()).isNotEqualTo(HERE);
        assertThat(TaskFuture.of(future).orElseThrow().workerPid()).hasValue(future.get());
        assertThat(work.here()).isEqualTo(HERE);
    }

    @Test
    void testPropertiesReachTheWorker() {
        assertThat(work.greet("Ada")).isEqualTo("moin Ada");
    }

    @Test
    void valuesCross() {
        assertThat(work.twice(List.of(new Order(1, List.of("a"))))).hasSize(2).contains(new Order(1, List.of("a")));
    }

    @Test
    void exceptionArrivesWithBothStacks() {
        assertThatThrownBy(() -> work.fail("no"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("no")
                .satisfies(failure -> assertThat(
                                Arrays.stream(failure.getStackTrace()).map(StackTraceElement::getClassName))
                        .contains(Work.class.getName(), SpringBootTestTests.class.getName()));
    }

    @Test
    void exitIsALostWorkerAndTheNextCallWorks() {
        assertThatThrownBy(() -> work.exit().get()).cause().isInstanceOf(WorkerLostException.class);
        assertThat(work.greet("Bob")).isEqualTo("moin Bob");
    }

    @Test
    void eachWorkerIsInitializedOnceReplacementsToo() { // B65
        assertThat(work.initialized()).isEqualTo(1);
        assertThatThrownBy(() -> work.exit().get()).cause().isInstanceOf(WorkerLostException.class);
        assertThat(work.initialized()).isEqualTo(1);
    }

    @Test
    void nothingBeginsByItselfInAWorker() {
        assertThat(work.opened()).isEmpty();
    }

    @Test
    void workerHasItsProfileAndTheDefaultOne() {
        assertThat(work.profiles()).contains("inparallel-worker", "default");
    }

    @Test
    void callInsideAWorkerStaysThere() {
        assertThat(work.nestedCallStays()).isTrue();
    }

    @Test
    void transactionIsTheWorkers() {
        assertThat(work.inTransaction()).isTrue();
        assertThat(work.nestedCallIsInTransaction()).isTrue();
        assertThat(transactions.begun()).isZero();
    }

    @Test
    void monoSubmitsWhenSubscribed() {
        assertThat(work.monoPid().block()).isNotEqualTo(HERE);
    }

    @Test
    void waitForIsABean() {
        List<CompletableFuture<Long>> inFlight = new ArrayList<>(List.of(work.pid(), work.pid()));

        waitFor.drain(inFlight).forEach(done -> assertThat(done.join()).isPositive());

        assertThat(inFlight).isEmpty();
    }

    @Test
    void metersShowWhatHappens() {
        work.greet("Eve");

        assertThat(meters.get("inparallel.task")
                        .tags("pool", "default", "method", "Work.greet", "outcome", "success", "exception", "none")
                        .timer()
                        .count())
                .isPositive();
        assertThat(meters.get("inparallel.tasks.in.flight")
                        .tag("pool", "default")
                        .gauge()
                        .value())
                .isZero();
        assertThat(meters.get("inparallel.workers.memory")
                        .tag("pool", "default")
                        .gauge()
                        .value())
                .isGreaterThan(10_000_000);
        await().until(() -> meters.get("inparallel.workers")
                        .tags("pool", "default", "state", "idle")
                        .gauge()
                        .value()
                == 1);
    }
}
