package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessExitTests {

    private static ProcessExit exitOf(String script) throws Exception {
        ProcessExit exit = new ProcessExit(new ProcessBuilder("sh", "-c", script).start());
        Thread thread = new Thread(exit);
        thread.setDaemon(true);
        thread.start();
        return exit;
    }

    @Test
    void codeIsTold() throws Exception {
        assertThat(exitOf("exit 7").code().join()).isEqualTo(7);
        assertThat(exitOf("kill -9 $$").code().join()).isEqualTo(137);
    }

    @Test
    void endIsSeenThoughTheApplicationHasFilledTheCommonPool() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        CountDownLatch full = new CountDownLatch(ForkJoinPool.commonPool().getParallelism());
        for (int i = 0; i < ForkJoinPool.commonPool().getParallelism(); i++) {
            ForkJoinPool.commonPool().execute(() -> {
                full.countDown();
                try {
                    done.await();
                } catch (InterruptedException e) {
                    // the test has ended
                }
            });
        }
        try {
            full.await();
            assertThat(exitOf("exit 3").code().join()).isEqualTo(3);
        } finally {
            done.countDown();
        }
    }

    @Test
    void interruptEndsNoWait() throws Exception {
        Process process = new ProcessBuilder("cat").start();
        ProcessExit exit = new ProcessExit(process);
        Thread thread = new Thread(exit);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);

        thread.interrupt();
        assertThat(exit.code()).isNotDone();
        process.getOutputStream().close();

        assertThat(exit.code().join()).isZero();
    }
}
