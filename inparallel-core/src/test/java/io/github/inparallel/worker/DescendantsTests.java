package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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

    @Test
    void processThatHasEndedIsNoneAlthoughNobodyReapsIt() throws Exception {
        long began = System.nanoTime();
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0 & exec sleep 600").start();
        started.add(parent);
        AtomicLong child = new AtomicLong();
        await().until(() -> {
            parent.children().forEach(each -> child.set(each.pid()));
            return child.get() != 0
                    && Files.readString(Path.of("/proc/" + child + "/stat")).contains(") Z ");
        });

        assertThat(Descendants.since(began))
                .extracting(ProcessHandle::pid)
                .contains(parent.pid())
                .doesNotContain(child.get());
    }
}
