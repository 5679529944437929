package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.spring.sample.CountingTransactionManager;
import io.github.inparallel.spring.sample.SampleApplication;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** A mock cannot cross to another process. */
@Timeout(60)
@SpringBootTest(classes = SampleApplication.class)
class BeanOverrideTests {

    /** Anything that a test may replace. */
    interface Clock {
        long now();
    }

    @MockitoBean
    @SuppressWarnings("unused")
    private Clock clock;

    @Autowired
    private io.github.inparallel.spring.sample.Work work;

    @Test
    void aTestThatReplacesBeansRunsTasksOnThreads() {
        CompletableFuture<?> task = work.pid();

        assertThat(task.join()).isEqualTo(ProcessHandle.current().pid());
        assertThat(TaskFuture.of(task)).isPresent();
    }

    @Test
    void theTransactionOfTheBodyIsAroundItOnItsThread(@Autowired CountingTransactionManager transactions) {
        int before = transactions.begun();

        assertThat(work.inTransaction()).isTrue();

        assertThat(transactions.begun()).isEqualTo(before + 1);
    }

    @Test
    void aTransactionalTaskThatIsCalledFromInsideATaskHasItsTransactionToo() {
        assertThat(work.nestedCallIsInTransaction()).isTrue();
    }
}
