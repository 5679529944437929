package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.cluster.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that stands still, whose machine goes on taking bytes until its buffers are full. */
@Tag("process")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoppedPeerTests {

    private static final int MESSAGES = 10_000;

    private final List<Process> processes = new ArrayList<>();
    private final List<JGroupsTransport> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (Process each : processes) {
            each.destroyForcibly().waitFor();
        }
        open.forEach(JGroupsTransport::stop);
    }

    private JGroupsTransport member(String secret, String... others) throws IOException {
        JGroupsTransport member = new JGroupsTransport(
                "test",
                InetAddress.getLoopbackAddress(),
                0,
                new Discovery.Static(List.of(others)),
                secret.isEmpty() ? List.of() : List.of(SecretLayer.of(secret, "test")));
        open.add(member);
        return member;
    }

    private Process process(String... arguments) throws IOException {
        Process process = EchoingMember.start(arguments);
        processes.add(process);
        return process;
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Returns when none of its threads runs any more: the signal alone does not say so. */
    private static void stop(Process process) throws Exception {
        signal(process, "STOP");
        await().until(() -> {
            try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
                return threads.allMatch(StoppedPeerTests::isStopped);
            }
        });
    }

    private static boolean isStopped(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Peer peer(Heard heard, String address) {
        return heard.joined.stream()
                .filter(each -> each.name().equals(address))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a secret"})
    void whoSendsWaitsForNobodyAndNothingIsLost(String secret) throws Exception {
        Heard heard = new Heard();
        JGroupsTransport one = member(secret);
        one.start(heard);
        Process stopped = secret.isEmpty() ? process(one.address()) : process(one.address(), secret);
        String stoppedAddress = EchoingMember.address(stopped);
        Heard bystander = new Heard();
        JGroupsTransport two = member(secret, one.address());
        two.start(bystander);
        await().until(() -> heard.joined.size() == 2 && bystander.joined.size() == 2);
        stop(stopped);
        Peer to = peer(heard, stoppedAddress);

        for (int i = 0; i < MESSAGES; i++) { // far more than queue and buffers have room for
            one.send(to, ByteBuffer.allocate(1_000).putInt(i).array());
        }
        one.send(peer(heard, two.address()), new byte[] {1});

        await().until(() -> bystander.messages.size() == 1);
        assertThat(heard.messages).isEmpty();
        assertThat(heard.left).isEmpty();
        signal(stopped, "CONT");
        await().atMost(Duration.ofSeconds(60)).until(() -> heard.messages.size() >= MESSAGES);
        Set<Integer> numbers = new HashSet<>();
        heard.messages.forEach(message -> numbers.add(ByteBuffer.wrap(message).getInt()));
        assertThat(numbers).hasSize(MESSAGES);
        assertThat(heard.messages).hasSize(MESSAGES);
        assertThat(heard.left).isEmpty();
    }

    @Test
    void whoStandsStillForTooLongIsGoneAndComesBackAsAnother() throws Exception {
        Heard heard = new Heard();
        JGroupsTransport one = member("");
        one.start(heard);
        Process stopped = process(one.address());
        EchoingMember.address(stopped);
        await().until(() -> heard.joined.size() == 1);
        stop(stopped);
        for (int i = 0; i < MESSAGES; i++) {
            one.send(heard.joined.get(0), new byte[1_000]);
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> heard.left.size() == 1);
        assertThat(heard.reasons).containsExactly("it did not answer for 10 s");
        signal(stopped, "CONT");
        await().atMost(Duration.ofSeconds(60)).until(() -> heard.joined.size() == 2);
        assertThat(heard.joined).doesNotHaveDuplicates();

        one.send(heard.joined.get(1), new byte[] {7});
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(heard.messages)
                        .as("joined %s, left %s since %s", heard.joined, heard.left, heard.reasons)
                        .anyMatch(message -> message.length == 1 && message[0] == 7));
    }

    @Test
    void whoIsKilledIsGoneAtOnce() throws Exception {
        Heard heard = new Heard();
        JGroupsTransport one = member("");
        one.start(heard);
        Process killed = process(one.address());
        EchoingMember.address(killed);
        await().until(() -> heard.joined.size() == 1);

        killed.destroyForcibly();

        await().atMost(Duration.ofSeconds(Reach.USUAL.silenceSeconds() - 2)).until(() -> heard.left.size() == 1);
        assertThat(heard.reasons).containsExactly("its connection ended");
    }
}
