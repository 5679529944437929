package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar, from start to exit. */
@Tag("process")
@Timeout(300)
class DemoProcessTests {

    private static final Pattern ROW = Pattern.compile("^(\\w+) +(\\d+) +(\\d+|-)  (.+)$", Pattern.MULTILINE);
    private static final Pattern TOTAL = Pattern.compile(
            "^(\\d+) of (\\d+) hosts answered; (\\d+) worker processes, at most (\\d+) tasks at once$",
            Pattern.MULTILINE);
    private static final Pattern ROUND = Pattern.compile("^Round \\d+$", Pattern.MULTILINE);
    private static final Pattern MEMBER = Pattern.compile("^member \\d is process (\\d+) at 127", Pattern.MULTILINE);
    private static final Pattern KILLED =
            Pattern.compile("^(member \\d) is killed now, .* It was running golf and (\\w+)", Pattern.MULTILINE);
    private static final Pattern HEALTH_URL = Pattern.compile("http://\\S+/actuator/health");
    private static final Pattern PAGE_URL = Pattern.compile("http://\\S+/actuator/inparallelui");
    private static final int SIGTERM_EXIT_CODE = 128 + 15;

    @TempDir
    private Path folder;

    @Test
    void doesTheJobOnceAndExits() throws Exception {
        Path jar = Files.createDirectory(folder.resolve("the demo")).resolve("demo (first) app.jar");
        try (DemoProcess demo = DemoProcess.start(folder, Files.copy(DemoProcess.jar(), jar))) {
            assertThat(demo.awaitExit()).as(demo.output()).isZero();

            String output = demo.output();
            assertThat(output).contains("the application is process " + demo.pid());
            for (int done = 1; done <= 12; done++) {
                assertThat(output).contains("\n[" + done + "/12] ");
            }
            List<Row> rows = rows(output);
            assertThat(rows)
                    .extracting(Row::host)
                    .containsExactly(
                            "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet",
                            "kilo", "lima");
            assertThat(rows).extracting(Row::workerPid).doesNotContain(demo.pid());
            assertTenAnswered(rows);
            assertOneRefusedTheLogin(rows);
            assertOneLostItsWorker(rows);
            assertAtMostThreeAtOnce(output);
            assertTroubleCameOut(output);
            assertNothingIsLeft(rows);
        }
    }

    @Test
    void workersStartFromTheClassCacheThatItsBuildPrepared() throws Exception {
        String cache = "--inparallel.pool.class-cache=" + folder.resolve("cache");
        Path build = Files.createDirectory(folder.resolve("build"));
        try (DemoProcess demo = DemoProcess.start(build, cache, "--inparallel.prepare-class-cache=true")) {
            assertThat(demo.awaitExit()).as(demo.output()).isZero();
            assertThat(demo.output()).contains("is ready, after").doesNotContain("Asking");
        }
        try (DemoProcess demo = DemoProcess.start(folder, cache)) {
            assertThat(demo.awaitExit()).as(demo.output()).isZero();
            assertThat(demo.output())
                    .contains("workers start from class cache " + folder.resolve("cache"))
                    .doesNotContain("without class cache");
            List<Row> rows = rows(demo.output());
            assertTenAnswered(rows);
            assertOneLostItsWorker(rows);
            assertNothingIsLeft(rows);
        }
    }

    @Test
    void threeMembersDoTheJobAndOneIsKilledOnTheWay() throws Exception {
        try (DemoProcess demo = DemoProcess.start(folder, "--demo.members=3")) {
            demo.awaitOutput("Asking 12 hosts, 6 at a time");
            assertThat(demo.commandLines()).isNotEmpty().noneMatch(line -> line.contains("secret"));
            assertThat(demo.awaitExit()).as(demo.output()).isZero();

            String output = demo.output();
            assertThat(MEMBER.matcher(output).results().count()).isEqualTo(3);
            String lost = find(KILLED, output).group(1);
            String beside = find(KILLED, output).group(2);
            assertThat(output)
                    .contains("11 of 12 hosts answered: ")
                    .containsPattern("(?m)^golf +" + lost + " .*WorkerLostException \\(" + lost + ", member-lost\\)$")
                    .containsPattern("(?m)^  " + beside + " ran again, at member \\d, and answered")
                    .contains("] " + beside + ", member ", ", after " + lost + " was lost: ");
            assertThat(MEMBER.matcher(output).results().map(found -> Long.parseLong(found.group(1))))
                    .noneMatch(pid -> ProcessHandle.of(pid).isPresent());
        }
    }

    @Test
    void staysUpOnRequestAndServesTheActuatorOnLoopback() throws Exception {
        try (DemoProcess demo = DemoProcess.start(folder, "--demo.stay", "--demo.interval=1ms", "--server.port=0")) {
            demo.awaitOutput("Round 3");

            String output = demo.output();
            assertThat(output.substring(0, output.indexOf("Round 3")))
                    .contains("11 of 12 hosts answered")
                    .doesNotContain("WorkerLostException");
            HttpResponse<String> health = get(find(HEALTH_URL, output).group());
            assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
            assertThat(health.body()).contains("\"status\":\"UP\"");
            HttpResponse<String> page = get(find(PAGE_URL, output).group());
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);

            demo.terminate();
            assertThat(demo.awaitExit()).isEqualTo(SIGTERM_EXIT_CODE);
            assertEveryRoundCameToItsEnd(demo.output());
            assertNoneLives(rows(demo.output()));
        }
    }

    /** As for container images. The jar is given by its name in the working directory, as it is there. */
    @Test
    void doesTheJobExtractedToo() throws Exception {
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djarmode=tools",
                        "-jar",
                        DemoProcess.jar().toAbsolutePath().toString(),
                        "extract",
                        "--destination",
                        folder.toString(),
                        "--force")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        try (DemoProcess demo =
                DemoProcess.start(folder, DemoProcess.jar().getFileName(), "--inparallel.pool.working-directory=lib")) {
            assertThat(demo.awaitExit()).as(demo.output()).isZero();
            assertTenAnswered(rows(demo.output()));
        }
    }

    @Test
    void doesTheJobAsAnExecutableWarToo() throws Exception {
        Path war = ExecutableJar.asWar(DemoProcess.jar(), folder.resolve("demo.war"));
        try (DemoProcess demo = DemoProcess.start(folder, war)) {
            assertThat(demo.awaitExit()).as(demo.output()).isZero();
            assertTenAnswered(rows(demo.output()));
            assertOneLostItsWorker(rows(demo.output()));
        }
    }

    private static void assertTenAnswered(List<Row> rows) {
        assertThat(rows)
                .filteredOn(Row::answered)
                .hasSize(10)
                .allSatisfy(row -> assertThat(row.text()).isNotBlank().doesNotContain("Exception"));
    }

    private static void assertOneRefusedTheLogin(List<Row> rows) {
        assertThat(failed(rows, Job.REFUSING_HOST).text())
                .isEqualTo("SshException: No more authentication methods available");
    }

    private static void assertOneLostItsWorker(List<Row> rows) {
        Row lost = failed(rows, Job.CRASHING_HOST);
        assertThat(lost.text())
                .startsWith("WorkerLostException (pid %d, exit code %d"
                        .formatted(lost.workerPid(), HostProbe.CRASH_EXIT_CODE));
    }

    private static void assertAtMostThreeAtOnce(String output) {
        MatchResult total = find(TOTAL, output);
        assertThat(total.group(1)).isEqualTo("10");
        assertThat(total.group(2)).isEqualTo("12");
        assertThat(Integer.parseInt(total.group(4))).isBetween(1, 3);
    }

    private static void assertTroubleCameOut(String output) {
        assertThat(output)
                .containsPattern("\\[tried again] \\w+ .+\\R")
                .containsPattern(
                        "\\[timed out] TaskTimeoutException: HostProbe.hang ran longer than timeout: 2s .+\\R"
                                + "    at .+\\R    at \\S+Login.run\\(Login.java:\\d+\\)\\R    at .+\\R    at \\S+HostProbe.hang")
                .containsPattern("\\[cancelled] CancellationException: Task default-\\d+ \\(HostProbe.hang")
                .containsPattern("Task default-\\d+ \\(HostProbe.crashOnce\\) is tried again");
    }

    private static void assertEveryRoundCameToItsEnd(String output) {
        assertThat(TOTAL.matcher(output).results().count())
                .as(output)
                .isEqualTo(ROUND.matcher(output).results().count());
    }

    private void assertNothingIsLeft(List<Row> rows) {
        assertNoneLives(rows);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    private static void assertNoneLives(List<Row> rows) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(rows)
                        .extracting(Row::workerPid)
                        .noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
    }

    private static Row failed(List<Row> rows, String host) {
        assertThat(rows)
                .filteredOn(row -> row.host().equals(host))
                .singleElement()
                .matches(row -> !row.answered());
        return rows.stream().filter(row -> row.host().equals(host)).findFirst().orElseThrow();
    }

    private static List<Row> rows(String output) {
        return ROW.matcher(output).results().map(Row::of).toList();
    }

    private static MatchResult find(Pattern pattern, String text) {
        return pattern.matcher(text).results().findFirst().orElseThrow(() -> new AssertionError(text));
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** One row of the printed table. */
    private record Row(String host, long workerPid, boolean answered, String text) {

        static Row of(MatchResult found) {
            return new Row(
                    found.group(1),
                    Long.parseLong(found.group(2)),
                    !found.group(3).equals("-"),
                    found.group(4));
        }
    }
}
