package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A web application whose code was generated when it was built. Its beans were chosen for a web server, which workers
 * do not have.
 */
@Tag("process")
@Timeout(300)
class AheadOfTimeTests {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    @TempDir
    private Path folder;

    private Path output;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void nameOutput() {
        output = folder.resolve("output.txt");
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroy(); // in good order, so that the worker leaves no files
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().onExit().join();
            }
        }
    }

    @Test
    void workersOfAWebApplicationStartFromItsGeneratedCode() throws Exception {
        String classPath = processAheadOfTime();

        Process shop = java(
                classPath,
                "-Dspring.aot.enabled=true",
                // Its class loader would part generated classes from Spring's.
                "-Dspring.devtools.restart.enabled=false",
                ShopApplication.class.getName(),
                "--server.port=0",
                "--logging.level.org.springframework.boot.tomcat=info");
        await().atMost(Duration.ofSeconds(100))
                .failFast(() ->
                        assertThat(shop.isAlive()).as(Files.readString(output)).isTrue())
                .untilAsserted(() -> assertThat(Files.readString(output)).containsPattern(PORT));
        String port = PORT.matcher(Files.readString(output))
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow();
        HttpRequest question = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/prices/book"))
                .build();
        String price = HttpClient.newHttpClient()
                .send(question, HttpResponse.BodyHandlers.ofString())
                .body();

        assertThat(price).as(Files.readString(output)).isEqualTo("book is 1");
    }

    private String processAheadOfTime() throws IOException, InterruptedException {
        Path sources = folder.resolve("sources");
        Path resources = folder.resolve("resources");
        Path classes = folder.resolve("classes");
        String own = System.getProperty("java.class.path");
        Process processor = java(
                own,
                "org.springframework.boot.SpringApplicationAotProcessor",
                ShopApplication.class.getName(),
                sources.toString(),
                resources.toString(),
                classes.toString(),
                "g",
                "a");
        assertThat(processor.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(processor.exitValue()).as(Files.readString(output)).isZero();
        List<String> compile = new ArrayList<>(
                List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classes + File.pathSeparator + own));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(compile::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, compile.toArray(String[]::new)))
                .isZero();
        return classes + File.pathSeparator + resources + File.pathSeparator + own;
    }

    private Process java(String classPath, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("CLASSPATH", classPath);
        Process process = builder.start();
        processes.add(process);
        return process;
    }
}
