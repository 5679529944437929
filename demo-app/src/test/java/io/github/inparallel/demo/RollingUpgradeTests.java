package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two builds of an application with different methods, each an executable jar. Members of the first are replaced by such of the
 * second, one by one and under load, as a rolling update of a deployment does it; then one is killed.
 */
@Tag("process")
@Timeout(300)
class RollingUpgradeTests {

    private static final Pattern ADDRESS = Pattern.compile("This is member (\\S+) of cluster");
    private static final int SIGTERM_EXIT_CODE = 128 + 15;

    /** Calls from three threads as long as it is up, and prints whom it hears from, and what fails. */
    private static final String SHOP = """
            package shop;

            import io.github.inparallel.InParallel;
            import java.util.ArrayList;
            import java.util.List;
            import java.util.Set;
            import java.util.concurrent.CompletableFuture;
            import java.util.concurrent.ConcurrentHashMap;
            import java.util.concurrent.ThreadLocalRandom;
            import java.util.concurrent.TimeUnit;
            import java.util.concurrent.locks.LockSupport;
            import org.springframework.boot.SpringApplication;
            import org.springframework.boot.autoconfigure.SpringBootApplication;
            import org.springframework.context.SmartLifecycle;
            import org.springframework.stereotype.Component;

            @SpringBootApplication
            public class Shop {

                static final String BUILD = "%1$s";

                public static void main(String[] arguments) {
                    SpringApplication.run(Shop.class, arguments);
                }

                @Component
                public static class Scanner {

                    @InParallel("ocr")
                    public CompletableFuture<String> scan(String page) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
                        long member = ProcessHandle.current().parent().orElseThrow().pid();
                        return CompletableFuture.completedFuture(BUILD + " " + member);
                    }

                    %2$s
                }

                @Component
                static class Customers implements SmartLifecycle {

                    private final Scanner scanner;
                    private final Set<String> heard = ConcurrentHashMap.newKeySet();
                    private final List<Thread> threads = new ArrayList<>();
                    private volatile boolean running;

                    Customers(Scanner scanner) {
                        this.scanner = scanner;
                    }

                    @Override
                    public void start() {
                        running = true;
                        for (int i = 0; i < 3; i++) {
                            Thread thread = new Thread(this::call);
                            thread.start();
                            threads.add(thread);
                        }
                    }

                    private void call() {
                        while (running) {
                            long rest = ThreadLocalRandom.current().nextLong(30); // so that members help each other
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(rest));
                            try {
                                String answer = scanner.scan("a page").get(30, TimeUnit.SECONDS);
                                if (!answer.startsWith(BUILD + " ")) {
                                    System.out.println("FAILED: " + answer + " answered " + BUILD);
                                } else if (heard.add(answer)) {
                                    System.out.println("heard from " + answer);
                                }
                            } catch (Exception e) {
                                System.out.println("FAILED: " + e);
                            }
                        }
                    }

                    @Override
                    public void stop() {
                        running = false;
                        for (Thread thread : threads) {
                            try {
                                thread.join();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }
                        System.out.println("customers have left");
                    }

                    @Override
                    public boolean isRunning() {
                        return running;
                    }
                }
            }
            """;

    private static final String ONE_MORE_METHOD = """
            @InParallel("ocr")
            public CompletableFuture<Integer> count(String page) {
                return CompletableFuture.completedFuture(page.length());
            }
            """;

    private static final String PROPERTIES = """
            spring.application.name=shop
            spring.main.web-application-type=none
            spring.main.banner-mode=off
            inparallel.pools.ocr.spread=cluster
            inparallel.pools.ocr.max-workers=1
            inparallel.pools.ocr.heap=64MB
            inparallel.cluster.enabled=true
            inparallel.cluster.port=0
            inparallel.cluster.secret=what only members know
            """;

    @TempDir
    private Path folder;

    private final List<Member> members = new ArrayList<>(); // all that ever were
    private final List<String> addresses = new ArrayList<>();
    private Path oldBuild;
    private Path newBuild;

    private record Member(DemoProcess process, String address) {

        /** Waits until it has an answer of another. */
        void awaitHeardFrom(Member other) throws Exception {
            process.awaitOutput(" " + other.process.pid() + "\n");
        }

        void replace() throws Exception {
            process.terminate();
            assertThat(process.awaitExit()).as(process.output()).isEqualTo(SIGTERM_EXIT_CODE);
            assertThat(process.output()).contains("customers have left");
        }

        List<String> failures() throws IOException {
            return process.output()
                    .lines()
                    .filter(line -> line.startsWith("FAILED"))
                    .toList();
        }
    }

    @BeforeEach
    void build() throws IOException {
        oldBuild = build("old", "1.0", "");
        newBuild = build("new", "1.1", ONE_MORE_METHOD);
    }

    private Path build(String name, String version, String method) throws IOException {
        Path source = Files.writeString(
                Files.createDirectories(folder.resolve(name + "-sources")).resolve("Shop.java"),
                SHOP.formatted(name, method));
        Path classes = Files.createDirectories(folder.resolve(name + "-classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int result = compiler.run(
                null,
                null,
                null,
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--release",
                "17",
                "-parameters",
                source.toString());
        assertThat(result).isZero();
        Files.writeString(classes.resolve("application.properties"), PROPERTIES);
        return ExecutableJar.of(
                DemoProcess.jar(), classes, "shop.Shop", version, folder.resolve("shop-" + version + ".jar"));
    }

    @AfterEach
    void close() {
        members.forEach(member -> member.process.close());
    }

    private Member start(Path build) throws Exception {
        Path own = Files.createDirectory(folder.resolve("member-" + members.size()));
        DemoProcess process =
                DemoProcess.start(own, build, "--inparallel.cluster.members=" + String.join(",", addresses));
        try {
            process.awaitOutput("This is member ");
            process.awaitOutput("heard from ");
        } catch (Throwable e) {
            process.close();
            throw e;
        }
        Matcher address = ADDRESS.matcher(process.output());
        assertThat(address.find()).as(process.output()).isTrue();
        addresses.add(address.group(1));
        Member member = new Member(process, address.group(1));
        members.add(member);
        return member;
    }

    @Test
    void noCallFailsButThoseWhoseMemberWasKilled() throws Exception {
        Member oldOne = start(oldBuild);
        Member oldTwo = start(oldBuild);
        Member oldThree = start(oldBuild);
        oldOne.awaitHeardFrom(oldTwo);
        oldOne.awaitHeardFrom(oldThree);

        Member newOne = start(newBuild);
        newOne.process.awaitOutput("do not run each other's calls: ");
        oldThree.replace();
        Member newTwo = start(newBuild);
        newOne.awaitHeardFrom(newTwo);
        newTwo.awaitHeardFrom(newOne);
        oldTwo.replace();
        Member newThree = start(newBuild);
        newOne.awaitHeardFrom(newThree);
        oldOne.replace();
        for (Member each : members) {
            assertThat(each.failures()).isEmpty();
        }

        newTwo.process.kill();
        newOne.process.awaitOutput("Member " + newTwo.address + " is gone");
        Member newFour = start(newBuild);
        newOne.awaitHeardFrom(newFour);
        newThree.awaitHeardFrom(newFour);
        newOne.replace();
        newThree.replace();
        newFour.replace();

        for (Member each : List.of(newOne, newThree, newFour)) {
            assertThat(each.failures())
                    .allMatch(line -> line.contains("WorkerLostException") && line.contains(newTwo.address));
        }
    }
}
