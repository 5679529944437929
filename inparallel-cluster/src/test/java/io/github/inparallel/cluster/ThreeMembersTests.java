package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.cluster.jgroups.CuttableNetwork;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members in a JVM each, with TLS, call each other, while they are killed, stopped, leave, come back, and are cut off
 * from each other. However it goes, every call has one outcome, and without retries it runs at most once.
 * {@code -Dinparallel.test.seed=7} is another story.
 */
@Tag("process")
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreeMembersTests {

    private static final boolean FULL = Boolean.getBoolean("inparallel.test.full");
    private static final int CALLS = FULL ? 20_000 : 2_000;
    private static final int MEMBERS = 3;
    private static final int SILENCE_SECONDS = 2;
    private static final int[] WORKERS = {1, 2, 0}; // the third only calls
    private static final int CONCURRENCY = 2;
    private static final int SLOTS = IntStream.of(WORKERS).sum() * CONCURRENCY;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("inparallel.test.seed", System.nanoTime() % 1_000_000);
    private final Random random = new Random(seed);
    private final List<Member> members = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private CuttableNetwork network;
    private int incarnations;
    private long ended; // calls of members that have ended in order
    private long crossed; // of these, ran elsewhere
    private long mostElsewhere; // of one member at a time

    /** What happens to members. */
    private enum Fault {
        KILL,
        STOP_FOR_LONG,
        STOP_FOR_A_MOMENT,
        LEAVE,
        CUT_OFF_ONE,
        CUT_TWO,
        BREAK_CONNECTIONS
    }

    /** A member's process; another one each time that it comes back. */
    private final class Member {

        private final int number;
        private Process process;
        private BufferedReader out;
        private BufferedWriter in;

        Member(int number) throws IOException {
            this.number = number;
            start();
        }

        private void start() throws IOException {
            int incarnation = ++incarnations;
            ChaosMember.Settings settings = new ChaosMember.Settings(
                    number,
                    incarnation,
                    WORKERS[number],
                    CONCURRENCY,
                    SILENCE_SECONDS,
                    random.nextLong(),
                    FULL ? 5_000 : 15_000,
                    folder,
                    network.seenAs(number),
                    IntStream.range(0, MEMBERS)
                            .filter(other -> other != number)
                            .mapToObj(network::seenAs)
                            .toList());
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx192m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ChaosMember.class.getName()));
            command.addAll(settings.arguments());
            process = new ProcessBuilder(command)
                    .redirectError(
                            folder.resolve("log-" + number + "-" + incarnation).toFile())
                    .start();
            out = process.inputReader(StandardCharsets.UTF_8);
            in = process.outputWriter(StandardCharsets.UTF_8);
            tell(this + " begins");
        }

        /** Waits until it is a member, alone or not. */
        void awaitThere() throws IOException {
            String line = out.readLine();
            while (line != null && !line.equals("is there")) { // it logs here, too
                line = out.readLine();
            }
            assertThat(line).as("%s", this).isNotNull();
        }

        long ask(String question) throws IOException {
            say(question);
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches("\\d+")) {
                    return Long.parseLong(line);
                }
            }
            throw new AssertionError(this + " has ended");
        }

        void say(String command) throws IOException {
            in.write(command + "\n");
            in.flush();
        }

        /** Waits for its end, which it was told to come to; it says what was wrong. */
        void awaitEnd() throws Exception {
            List<String> said = new ArrayList<>();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
            }
            int exit = process.waitFor();
            tell(this + " has ended:\n"
                    + String.join(
                            "\n",
                            said.stream().filter(line -> line.startsWith("  ")).toList()));
            assertThat(said.stream().filter(line -> line.startsWith("wrong")).toList())
                    .as("%s", this)
                    .isEmpty();
            assertThat(exit).as("%s: %s", this, said).isZero();
            String[] counts = said.get(said.size() - 1).split(" ", -1);
            ended += Long.parseLong(counts[1]);
            crossed += Long.parseLong(counts[2]);
            mostElsewhere = Math.max(mostElsewhere, Long.parseLong(counts[3]));
        }

        void signal(String name) throws Exception {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        }

        @Override
        public String toString() {
            return "member " + number + ", pid " + (process == null ? 0 : process.pid());
        }
    }

    @BeforeEach
    void start() throws IOException {
        network = new CuttableNetwork(MEMBERS);
        for (int i = 0; i < MEMBERS; i++) {
            members.add(new Member(i));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Member each : members) {
            each.process.destroyForcibly().waitFor();
        }
        network.close();
    }

    @Test
    void everyCallHasOneOutcomeWhateverHappensToMembers() throws Exception {
        try {
            for (Member each : members) {
                each.awaitThere();
            }
            awaitTogether();
            do {
                List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
                Collections.shuffle(faults, random);
                for (Fault each : faults) {
                    happens(each);
                    pause(500, 2_000);
                }
            } while (calls() < CALLS);
            network.heal();
            awaitTogether();
            for (Member each : members) {
                each.say("finish");
            }
            for (Member each : members) {
                each.awaitEnd();
            }
            withoutRetriesNothingRanTwice();
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(workers()).isEmpty());
            assertThat(ended).isGreaterThan(CALLS / 4); // others were killed with those that made them
            assertThat(crossed).isGreaterThan(CALLS / 20);
            assertThat(mostElsewhere).as("short ones went ahead of slots").isGreaterThan(SLOTS);
        } catch (Throwable e) {
            throw new AssertionError(
                    "Seed " + seed + " (alone: -Dinparallel.test.seed=" + seed + ")\n" + String.join("\n", story) + "\n"
                            + logs(),
                    e);
        } finally {
            System.out.println(String.join("\n", story));
        }
    }

    private void happens(Fault fault) throws Exception {
        Member one = members.get(random.nextInt(MEMBERS));
        Member other = members.get((one.number + 1 + random.nextInt(MEMBERS - 1)) % MEMBERS);
        tell(fault + " " + one + " (" + other + ")");
        switch (fault) {
            case KILL -> {
                one.process.destroyForcibly().waitFor();
                pause(0, 1_000);
                one.start();
                one.awaitThere();
            }
            case STOP_FOR_LONG -> {
                one.signal("STOP");
                pause(SILENCE_SECONDS * 1_500, SILENCE_SECONDS * 2_500);
                one.signal("CONT");
            }
            case STOP_FOR_A_MOMENT -> {
                one.signal("STOP");
                pause(0, SILENCE_SECONDS * 500);
                one.signal("CONT");
            }
            case LEAVE -> {
                one.say("leave");
                one.awaitEnd();
                pause(0, 1_000);
                one.start();
                one.awaitThere();
            }
            case CUT_OFF_ONE -> {
                members.stream().filter(each -> each != one).forEach(each -> network.cut(one.number, each.number));
                pause(0, SILENCE_SECONDS * 2_500);
                network.heal();
            }
            case CUT_TWO -> {
                network.cut(one.number, other.number);
                pause(0, SILENCE_SECONDS * 2_500);
                network.heal();
            }
            case BREAK_CONNECTIONS -> network.reset(one.number, other.number);
        }
    }

    /** Until each sees both others. */
    private void awaitTogether() {
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    for (Member each : members) {
                        if (each.ask("peers") != MEMBERS - 1) {
                            return false;
                        }
                    }
                    return true;
                });
        tell("all see each other");
    }

    private long calls() throws IOException {
        long calls = ended;
        for (Member each : members) {
            calls += each.ask("calls");
        }
        return calls;
    }

    private void pause(int fromMillis, int toMillis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(fromMillis + random.nextInt(toMillis - fromMillis)));
    }

    private void withoutRetriesNothingRanTwice() throws IOException {
        List<String> runs = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("runs-"))
                    .toList()) {
                runs.addAll(Files.readAllLines(file));
            }
        }
        Map<String, Long> counts = runs.stream().collect(Collectors.groupingBy(line -> line, Collectors.counting()));
        List<String> twice = counts.entrySet().stream()
                .filter(each -> each.getValue() > (each.getKey().endsWith(" RETRIED") ? ChaosWork.RETRIES + 1 : 1))
                .map(Object::toString)
                .toList();
        assertThat(twice).isEmpty();
        tell(counts.size() + " calls ran, " + runs.size() + " times");
    }

    /** Workers of this test that are there. */
    private List<String> workers() {
        return ProcessHandle.allProcesses()
                .filter(each -> each.info().commandLine().orElse("").contains("-Dinparallel.chaos=" + folder))
                .map(each -> each.pid() + " " + each.info().commandLine().orElse(""))
                .toList();
    }

    private String logs() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            StringBuilder text = new StringBuilder();
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("log-"))
                    .sorted()
                    .toList()) {
                List<String> lines = Files.readAllLines(file);
                text.append(file.getFileName()).append('\n');
                lines.subList(Math.max(0, lines.size() - 100), lines.size())
                        .forEach(line -> text.append("  ").append(line).append('\n'));
            }
            return text.toString();
        }
    }

    private void tell(String what) {
        story.add(LocalTime.now(ZoneId.systemDefault()) + " " + what);
    }
}
