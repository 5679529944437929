package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
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
import org.junit.jupiter.api.io.TempDir;

/** Which processes a task has started, as far as the operating system knows. */
@Tag("process")
class DescendantsTests {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    private Path folder;

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
        Moment thread = Moment.now();
        long before = start();
        let(30);
        Moment began = Moment.now();
        long first = start();
        let(50);
        long last = start();

        assertThat(Descendants.since(began, thread))
                .extracting(ProcessHandle::pid)
                .contains(first, last)
                .doesNotContain(before);
    }

    /** As lxcfs has it: starts of processes are counted from the start of the machine all the same. */
    @Test
    void uptimeMayBeAContainersOwn() throws Exception {
        assumeThat(run("unshare", "-rm", "true")).as("it may mount").isZero();
        Path uptime = Files.writeString(folder.resolve("uptime"), "1.00 1.00\n");

        assertThat(run(
                        "unshare",
                        "-rm",
                        "sh",
                        "-c",
                        "mount --bind \"$1\" /proc/uptime && exec \"$2\" -cp \"$3\" \"$4\"",
                        "sh",
                        uptime.toString(),
                        JAVA,
                        CLASS_PATH,
                        OneBeforeAndOneSince.class.getName()))
                .isZero();
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    /** A process that has mounts of its own. */
    public static final class OneBeforeAndOneSince {
        public static void main(String[] args) throws Exception {
            Moment thread = Moment.now();
            Process before = new ProcessBuilder("sleep", "600").start();
            let(30);
            Moment began = Moment.now();
            Process since = new ProcessBuilder("sleep", "600").start();
            try {
                assertThat(Descendants.since(began, thread))
                        .extracting(ProcessHandle::pid)
                        .containsExactly(since.pid());
            } finally {
                before.destroyForcibly();
                since.destroyForcibly();
            }
        }
    }

    /** By their starts alone those of a moment ago could be its own. In a process of its own: other tests stop tasks, too. */
    @Test
    void taskThatIsStoppedBeforeItBeginsEndsNone() throws Exception {
        assertThat(run(JAVA, "-cp", CLASS_PATH, NotBegun.class.getName(), folder.toString()))
                .isZero();
    }

    public static final class NotBegun {
        public static void main(String[] args) throws Exception {
            try (LoneWorker worker = new LoneWorker(Path.of(args[0]))) {
                for (int task = 1;
                        task <= 20;
                        task++) { // the first ones take longer than the clock needs to tell them apart
                    worker.cancel(task);
                    worker.control().send(Frame.of(FrameType.PING, 0));
                    worker.said(); // so the cancel has been read
                    Process process = new ProcessBuilder("sleep", "600").start();
                    try {
                        worker.give(() -> "not reached");
                        assertThat(worker.outcome()).isInstanceOf(InterruptedException.class);
                        assertThat(process.isAlive()).isTrue();
                    } finally {
                        process.destroyForcibly();
                    }
                }
            }
        }
    }

    @Test
    void processThatHasEndedIsNoneAlthoughNobodyReapsIt() throws Exception {
        Moment began = Moment.now();
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0 & exec sleep 600").start();
        started.add(parent);
        AtomicLong child = new AtomicLong();
        await().until(() -> {
            parent.children().forEach(each -> child.set(each.pid()));
            return child.get() != 0
                    && Files.readString(Path.of("/proc/" + child + "/stat")).contains(") Z ");
        });

        assertThat(Descendants.since(began, began))
                .extracting(ProcessHandle::pid)
                .contains(parent.pid())
                .doesNotContain(child.get());
    }
}
