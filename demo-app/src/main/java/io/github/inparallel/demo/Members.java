package io.github.inparallel.demo;

import io.github.inparallel.spring.ClusterView;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * With {@code --demo.members}: the other members of the cluster, processes of this same application. They end when this one
 * does, whatever its end is: their standard input ends then.
 */
@Component
@Profile(DemoApplication.CALLER)
@Order(0)
final class Members implements ApplicationRunner, Closeable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final ClusterView cluster;
    private final int number;
    private final String secret;
    private final List<Member> all = new ArrayList<>(); // written by the runner only, before anybody reads it

    /** @param secret what all members know, and nobody else */
    Members(
            ClusterView cluster,
            @Value("${demo.members}") int number,
            @Value("${inparallel.cluster.secret}") String secret) {
        this.cluster = cluster;
        this.number = number;
        this.secret = secret;
    }

    /**
     * A member.
     *
     * @param address as {@code TaskFuture.member()} names it; fails if its process has ended before it had one
     */
    record Member(int number, Process process, CompletableFuture<String> address) {

        String name() {
            return "member " + number;
        }
    }

    /** Starts them, and waits until they lend their workers. */
    @Override
    public void run(ApplicationArguments arguments) throws IOException, InterruptedException {
        PrintStream out = System.out;
        out.printf(
                "%d members are starting, each this application in a process of its own, with one worker for two tasks.%n"
                        + "The one that you have started (process %d) has no workers: whatever it calls runs at a member.%n"
                        + "Nobody else can join: they talk by TLS, with a secret that is new in every run.%n%n",
                number, ProcessHandle.current().pid());
        List<String> settings = arguments.getOptionNames().stream()
                .filter(name -> name.startsWith("inparallel."))
                .flatMap(name -> Objects.requireNonNull(arguments.getOptionValues(name)).stream()
                        .map(value -> "--" + name + "=" + value))
                .toList();
        for (int i = 1; i <= number; i++) {
            all.add(start(i, cluster.address().orElseThrow(), settings));
        }
        for (Member member : all) {
            out.printf(
                    "%s is process %d at %s%n",
                    member.name(), member.process().pid(), member.address().join());
        }
        awaitSlots();
        out.println();
    }

    private Member start(int which, String whereToJoin, List<String> settings) throws IOException {
        String classPath = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        command.addAll(
                classPath.endsWith(".jar") && !classPath.contains(System.getProperty("path.separator"))
                        ? List.of("-jar", classPath)
                        : List.of("-cp", classPath, DemoApplication.class.getName()));
        command.addAll(settings);
        command.add("--demo.member=" + which);
        command.add("--inparallel.cluster.members=" + whereToJoin);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("INPARALLEL_CLUSTER_SECRET", secret); // others see command lines
        Member member = new Member(which, builder.start(), new CompletableFuture<>());
        Thread reader = new Thread(() -> read(member), "demo-member-" + which);
        reader.setDaemon(true);
        reader.start();
        return member;
    }

    /** Prints what a member prints, after its name, and finds its address in that. */
    private static void read(Member member) {
        try (BufferedReader lines = member.process().inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DemoApplication.JOINS_AT)) {
                    member.address().complete(line.substring(DemoApplication.JOINS_AT.length()));
                } else {
                    System.out.printf("[%s] %s%n", member.name(), line);
                }
            }
        } catch (IOException e) {
            // it has ended in the middle of a word
        }
        member.address().completeExceptionally(new IllegalStateException(member.name() + " has ended"));
    }

    private void awaitSlots() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (slots() < number * 2 && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private int slots() {
        return cluster.members().stream()
                .mapToInt(member -> member.freeSlots().getOrDefault("default", 0))
                .sum();
    }

    /** Returns what each of them is called, by its address. */
    Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        all.forEach(member -> names.put(member.address().getNow(""), member.name()));
        return names;
    }

    /** Ends one as the end of its machine would. */
    void kill(String address) {
        all.stream()
                .filter(member -> address.equals(member.address().getNow("")))
                .forEach(member -> member.process().destroyForcibly());
    }

    /** Has them end, and waits for that. */
    @Override
    public void close() throws IOException {
        for (Member member : all) {
            member.process().getOutputStream().close();
        }
        try {
            for (Member member : all) {
                if (!member.process().waitFor(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                    member.process().destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            all.forEach(member -> member.process().destroyForcibly());
            Thread.currentThread().interrupt();
        }
    }
}
