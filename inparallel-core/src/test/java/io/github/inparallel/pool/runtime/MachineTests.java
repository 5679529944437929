package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real machine. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MachineTests {

    private static final Machine MACHINE = Machine.REAL;

    @Test
    void timeIsTheJvmsAndGoesOn() {
        long before = System.nanoTime();
        long time = MACHINE.nanoTime();
        assertThat(time - before).isNotNegative();
        assertThat(System.nanoTime() - time).isNotNegative();
    }

    @Test
    void bodyRunsOnADaemonOfThatName() {
        CompletableFuture<Thread> runner = new CompletableFuture<>();
        MACHINE.start(() -> runner.complete(Thread.currentThread()), "inparallel-test-body");
        assertThat(runner.join().getName()).isEqualTo("inparallel-test-body");
        assertThat(runner.join().isDaemon()).isTrue();
    }

    @Test
    void choresRunElsewhereAndCallbacksWhereThePoolSays() {
        CompletableFuture<String> chore = new CompletableFuture<>();
        MACHINE.chores("test")
                .execute(() -> chore.complete(Thread.currentThread().getName()));
        assertThat(chore.join()).startsWith("inparallel-test-io-");
        Executor own = Runnable::run;
        assertThat(MACHINE.callbacks(own)).isSameAs(own);
    }

    @Test
    void conditionIsTheLocks() {
        ReentrantLock lock = new ReentrantLock();
        Condition condition = MACHINE.condition(lock);
        assertThatThrownBy(condition::signalAll).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void foldersBeginWithTheOneThatIsSet() {
        List<Path> folders = MACHINE.folders();
        assertThat(folders)
                .startsWith(Path.of(System.getProperty("java.io.tmpdir")))
                .contains(Path.of("/tmp"));
        assertThat(folders).allMatch(Path::isAbsolute);
    }

    @Test
    void budgetOfResultsIsEachPoolsOwn() {
        ResultBudget one = MACHINE.results();
        one.take(100, () -> true);
        assertThat(one.taken()).isEqualTo(100);
        assertThat(MACHINE.results().taken()).isZero();
        MACHINE.letOthersRun();
    }
}
