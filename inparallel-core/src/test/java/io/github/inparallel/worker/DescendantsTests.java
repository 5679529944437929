package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;

/** Which processes a task has started, as far as the operating system knows. */
@Tag("process")
class DescendantsTests {

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private long start() throws IOException {
        Process process = new ProcessBuilder("sleep", "600").start();
        started.add(process);
        return process.pid();
    }

    private static void let(long millis) {
        long begin = System.nanoTime();
        await().pollDelay(1, TimeUnit.MILLISECONDS)
                .pollInterval(1, TimeUnit.MILLISECONDS)
                .until(() -> System.nanoTime() - begin >= millis * 1_000_000);
    }

    @RepeatedTest(20)
    void allThatWereStartedSinceAreFoundHoweverLongAgoThatIsAndNoneThatWasThereBefore() throws IOException {
        long before = start();
        let(30);
        long began = System.nanoTime();
        long first = start();
        let(50);
        long last = start();

        assertThat(Descendants.since(began))
                .extracting(ProcessHandle::pid)
                .contains(first, last)
                .doesNotContain(before);
    }
}
