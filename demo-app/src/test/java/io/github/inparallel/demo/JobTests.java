package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WaitFor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobTests {

    private static final List<Server> SERVERS = List.of(
            server("alpha"), server("bravo"), server("charlie"), server("delta"), server("foxtrot"), server("golf"));

    private final StubProbe probe = new StubProbe();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @AfterEach
    void stop() {
        probe.threads.shutdownNow();
    }

    @Test
    void asksEveryServerOnceAndThreeAtATime() {
        Summary summary = run(false);

        assertThat(summary.results())
                .extracting(Result::host)
                .containsExactlyElementsOf(SERVERS.stream().map(Server::name).toList());
        assertThat(probe.asked).hasSameSizeAs(SERVERS);
        assertThat(probe.mostAtOnce).hasValue(3);
    }

    @Test
    void onlyTheRefusingHostIsGivenAWrongPassword() {
        run(false);

        assertThat(probe.asked)
                .filteredOn(server -> !server.password().equals("the password"))
                .extracting(Server::name)
                .containsExactly(Job.REFUSING_HOST);
    }

    @Test
    void crashesOneWorkerOnDemand() {
        Summary summary = run(true);

        assertThat(summary.failedHosts()).containsExactly(Job.CRASHING_HOST);
    }

    @Test
    void crashesNothingByDefault() {
        assertThat(run(false).failedHosts()).isEmpty();
    }

    @Test
    void printsEveryResultAndThenTheSummary() {
        Summary summary = run(true);

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("[1/6] ", "[6/6] ", "golf, no worker: IllegalStateException: crashed")
                .endsWith(summary.render());
    }

    private Summary run(boolean crash) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new Job(probe, new WaitFor()).run(SERVERS, crash, out);
    }

    private static Server server(String name) {
        return new Server(name, "127.0.0.1", 22, "demo", "the password", "SHA256:none");
    }

    /** Answers from threads; its first answers wait until three have been asked for. */
    private static final class StubProbe extends HostProbe {

        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final CountDownLatch three = new CountDownLatch(3);
        private final Queue<Server> asked = new ConcurrentLinkedQueue<>();
        private final AtomicInteger inFlight = new AtomicInteger();
        private final AtomicInteger mostAtOnce = new AtomicInteger();

        @Override
        public CompletableFuture<Answer> uname(Server server) {
            asked.add(server);
            mostAtOnce.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            three.countDown();
            return CompletableFuture.supplyAsync(() -> answer(server), threads);
        }

        @Override
        public CompletableFuture<Answer> crash(Server server) {
            return CompletableFuture.failedFuture(new IllegalStateException("crashed"));
        }

        private Answer answer(Server server) {
            try {
                three.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            inFlight.decrementAndGet();
            return new Answer(1, Instant.EPOCH, Instant.EPOCH, server.name());
        }
    }
}
