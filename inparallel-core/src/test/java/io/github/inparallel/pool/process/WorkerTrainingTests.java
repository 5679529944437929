package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.Leftovers;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.config.MachineShare;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.LaunchDescription;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worker that trains, whatever it does: a shell script stands for its JVM, the test for what runs in it. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerTrainingTests {

    /** Shows what it was told, and ends when it is told so, as it is told. */
    private static final String[] OBEDIENT = {
        "cat > \"$TEST/told.new\"; mv \"$TEST/told.new\" \"$TEST/told\"",
        "while [ ! -e \"$TEST/end\" ]; do sleep 0.02; done",
        "exit $(cat \"$TEST/end\")"
    };

    @TempDir
    private Path test;

    private final List<FrameChannel> connections = new ArrayList<>();
    private List<String> before = List.of();
    private java.util.Map<String, String> properties = java.util.Map.of();

    @BeforeEach
    void look() throws IOException {
        before = Leftovers.list();
    }

    @AfterEach
    void nothingStays() throws IOException {
        disconnect();
        await().untilAsserted(() -> assertThat(Leftovers.list()).isSubsetOf(before));
    }

    private WorkerTraining training(Duration startup, String... script) throws IOException {
        PoolOptions options = PoolOptions.builder()
                .name("scripted")
                .heap(64L << 20)
                .maxWorkers(1)
                .startupTimeout(startup)
                .systemProperties(properties)
                .environment(java.util.Map.of("TEST", test.toString()))
                .javaHome(ScriptedJava.in(test, script))
                .build();
        JvmCommand command = new JvmCommand(options, new MachineShare(2, 4L << 30, 1L << 30, false));
        return new WorkerTraining(options, command, command.plain(), true);
    }

    private WorkerTraining training(String... script) throws IOException {
        return training(Duration.ofSeconds(20), script);
    }

    private static CompletableFuture<Void> run(WorkerTraining training) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        training.run();
                        end.complete(null);
                    } catch (Throwable e) {
                        end.completeExceptionally(e);
                    }
                })
                .start();
        return end;
    }

    private LaunchDescription told() throws IOException {
        Path told = test.resolve("told");
        await().until(() -> Files.exists(told));
        return LaunchDescription.of(Files.readAllBytes(told));
    }

    private FrameChannel connect(LaunchDescription told, int slot, String secret) throws IOException {
        FrameChannel channel = new FrameChannel(SocketChannel.open(UnixDomainSocketAddress.of(told.socket())), 1 << 20);
        connections.add(channel);
        channel.send(new Hello(Hello.VERSION, told.worker(), slot, 4711, secret).toFrame());
        return channel;
    }

    private FrameChannel connectAll(LaunchDescription told) throws IOException {
        FrameChannel control = connect(told, Hello.CONTROL, told.controlSecret());
        connect(told, 0, told.slotSecrets().get(0));
        return control;
    }

    private void disconnect() throws IOException {
        for (FrameChannel connection : connections) {
            connection.close();
        }
    }

    private void end(int code) throws IOException {
        Path file = Files.writeString(test.resolve("end.new"), code + "\n");
        Files.move(file, test.resolve("end"));
    }

    private static void assertFailed(CompletableFuture<Void> run, String... words) {
        assertThatThrownBy(() -> run.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessageContainingAll(words);
    }

    @Test
    void workerThatIsReadyAndLeavesInOrderHasTrained() throws Exception {
        CompletableFuture<Void> run = run(training(OBEDIENT));
        LaunchDescription told = told();
        FrameChannel control = connectAll(told);
        control.send(Frame.of(FrameType.READY, 0));

        Frame retire = control.poll(20_000);
        assertThat(retire).isNotNull().extracting(Frame::type).isEqualTo(FrameType.RETIRE);
        assertThat(run).as("the archive is written when it ends").isNotDone();
        end(0);

        run.get(30, TimeUnit.SECONDS);
        assertThat(told.worker()).as("no number of the pool's").isZero();
        assertThat(told.mapper()).as("all that tasks may need is loaded").isTrue();
        assertThat(told.heartbeatTimeoutMillis()).as("it gets no pings").isGreaterThan(1_000_000);
    }

    @Test
    void workerThatEndsWithAnErrorHasNotTrained() throws Exception {
        CompletableFuture<Void> run = run(training(OBEDIENT));
        connectAll(told()).send(Frame.of(FrameType.READY, 0));
        end(3);
        assertFailed(run, "exit code 3");
    }

    @Test
    void workerThatEndsBeforeItIsReadySaysItsLastWord() throws Exception {
        assertFailed(
                run(training("cat > /dev/null", "echo first", "echo 'no such class' >&2", "exit 1")),
                "ended before it was ready",
                "no such class");
    }

    @Test
    void workerThatConnectsAndEndsIsNotWaitedFor() throws Exception {
        CompletableFuture<Void> run = run(training(OBEDIENT));
        LaunchDescription told = told();
        connect(told, Hello.CONTROL, told.controlSecret());
        end(1);
        disconnect();
        assertFailed(run, "ended before it was ready");
    }

    @Test
    void reasonForWhichItCannotStartIsTold() throws Exception {
        CompletableFuture<Void> run = run(training(OBEDIENT));
        FrameChannel control = connectAll(told());
        control.send(new Frame(
                FrameType.START_FAILED, 0, ThrowableCodec.encode(new IllegalStateException("the database is away"))));
        assertFailed(run, "the database is away");
    }

    @Test
    void workerThatNeverConnectsIsEnded() throws Exception {
        assertFailed(run(training(Duration.ofMillis(100), "exec sleep 60")), "before it was ready");
    }

    @Test
    void workerThatIsNeverReadyIsEnded() throws Exception {
        CompletableFuture<Void> run = run(training(Duration.ofMillis(500), OBEDIENT));
        await().until(() -> Files.exists(test.resolve("told")) || run.isDone()); // a busy machine may need that long
        try {
            connectAll(told());
        } catch (IOException | ConditionTimeoutException e) {
            // it was ended before it was told anything, or just now
        }
        assertFailed(run, "ready");
    }

    @Test
    void strangerIsNotLetInAndHoldsUpNobody() throws Exception {
        CompletableFuture<Void> run = run(training(OBEDIENT));
        LaunchDescription told = told();
        FrameChannel stranger = connect(told, Hello.CONTROL, "guessed");
        FrameChannel twin = connect(told, 0, told.controlSecret());
        FrameChannel babbler = new FrameChannel(SocketChannel.open(UnixDomainSocketAddress.of(told.socket())), 1 << 20);
        connections.add(babbler);
        babbler.send(Frame.of(FrameType.READY, 0));
        SocketChannel.open(UnixDomainSocketAddress.of(told.socket())).close();
        FrameChannel control = connectAll(told);
        control.send(Frame.of(FrameType.READY, 0));
        assertThat(control.poll(20_000)).isNotNull();
        end(0);

        run.get(30, TimeUnit.SECONDS);
        for (FrameChannel each : List.of(stranger, twin, babbler)) {
            assertThatThrownBy(() -> {
                        while (each.receive() != null) {
                            // nothing is expected
                        }
                        throw new IOException("closed in order");
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void closingEndsTheWorker() throws Exception {
        WorkerTraining training = training(OBEDIENT);
        CompletableFuture<Void> run = run(training);
        told();
        training.close();
        assertFailed(run, "ended before it was ready");
    }

    @Test
    void thatIsClosedStartsNoWorker() throws Exception {
        WorkerTraining training = training(OBEDIENT);
        training.close();
        assertFailed(run(training), "the pool is closed");
        assertThat(test.resolve("told")).doesNotExist();
    }

    @Test
    void workerThatDoesNotReadWhatItIsToldHoldsUpNobody() throws Exception {
        properties =
                java.util.Map.of("long", "x".repeat(1 << 20) + '\0'); // more than a pipe holds, and than a file can
        assertFailed(run(training(Duration.ofMillis(200), "exec sleep 60")), "before it was ready");

        WorkerTraining training = training("echo > \"$TEST/started\"", "exec sleep 60");
        CompletableFuture<Void> run = run(training);
        await().until(() -> Files.exists(test.resolve("started")));
        training.close();
        assertFailed(run, "ended before it was ready");
    }
}
