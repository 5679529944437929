package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What people copy from the documentation into a shell does there what it is to do, or it is said here why that is not tried. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are those of a Unix shell")
class DocumentedCommandsTests {

    private static final Path TOP = Path.of("..");

    /** Run by tests below, as they stand. */
    private static final Set<String> RUN_HERE = Set.of("./demo", "benchmarks/run", "openssl", "jcmd");

    /** Run as a part of the block that it stands in. */
    private static final String IN_IMAGE = "java -jar /opt/app/app.jar --inparallel.prepare-class-cache=true";

    /** Not run, because it is itself what runs these tests: what it names is compared with what there is. */
    private static final String MAVEN = "mvn";

    /** Run by other tests: a file, and what it says. */
    private static final Map<String, Map.Entry<String, String>> RUN_ELSEWHERE = Map.of(
            "env -u WORKER_OF_INPARALLEL setsid …",
            Map.entry(
                    "inparallel-core/src/test/java/io/github/inparallel/pool/DaemonTests.java",
                    "it was started without the variable"));

    /** Not run, and why. */
    private static final Map<String, String> NOT_RUN = Map.of(
            ".ci/run", "it runs all tests, these too",
            ".ci/run -Pfull", "it runs all tests, these too",
            ".ci/reproducible", "it builds everything twice",
            "docker run --init", "it needs a container engine",
            "docker pause", "it needs a container engine",
            "kubectl create secret generic shop-members --from-literal=secret=\"$(openssl rand -base64 32)\"",
                    "it needs a cluster; KubernetesManifestsTests compares the manifests with it",
            "kubectl apply -f docs/kubernetes/", "it needs a cluster; KubernetesManifestsTests reads what it applies",
            "curl localhost:8080/primes/1000000",
                    "it asks the application that the guide has its reader write; SnippetTests compiles that",
            "git grep -l OLD | xargs sed -i s/OLD/NEW/", "it changes the sources");

    @TempDir
    private Path folder;

    @Test
    void everyCommandIsRunOrHasAReason() throws IOException {
        assertThat(DocumentedCommand.all().stream()
                        .filter(command -> !isKnown(command))
                        .toList())
                .as("commands that no test runs: run them here, or say why not")
                .isEmpty();
    }

    private static boolean isKnown(DocumentedCommand command) {
        String program = command.program();
        String text = command.text();
        return RUN_HERE.contains(program)
                || program.equals(MAVEN)
                || text.equals(IN_IMAGE)
                || RUN_ELSEWHERE.containsKey(text)
                || NOT_RUN.containsKey(text);
    }

    @Test
    void everyReasonIsOfACommand() throws IOException {
        List<String> texts =
                DocumentedCommand.all().stream().map(DocumentedCommand::text).toList();
        assertThat(texts).containsAll(RUN_ELSEWHERE.keySet()).containsAll(NOT_RUN.keySet());
        for (Map.Entry<String, String> test : RUN_ELSEWHERE.values()) {
            assertThat(TOP.resolve(test.getKey())).content().contains(test.getValue());
        }
        assertThat(TOP.resolve(".ci/run")).isExecutable();
        assertThat(TOP.resolve(".ci/reproducible")).isExecutable();
        assertThat(TOP.resolve("docs/kubernetes")).isDirectoryContaining("glob:**.yaml");
    }

    /** The check itself: it would hide whatever it does not notice. */
    @Test
    void commandsAreFound() {
        assertThat(DocumentedCommand.of("page.md", """
                        Try `./demo`, or `mvn -B
                        verify`; `demo` and `java` are none.
                        ```sh
                        # this first
                        ./demo --a     # what it does
                        ```
                        ```dockerfile
                        COPY a b
                        RUN java -jar x
                        ```
                        ```
                        curl http://localhost
                        output of it
                        ```
                        """))
                .extracting(DocumentedCommand::toString)
                .containsExactly(
                        "page.md:5: ./demo --a",
                        "page.md:9: java -jar x",
                        "page.md:12: (in a block that is not marked as sh) curl http://localhost",
                        "page.md:1: ./demo",
                        "page.md:1: mvn -B verify");
        assertThat(isKnown(new DocumentedCommand("", "(in a block that is not marked as sh) java -version")))
                .isFalse();
        assertThat(isKnown(new DocumentedCommand("", "docker run --other"))).isFalse();
    }

    // ---- scripts, with a Maven and a Java that only say how they were called

    @Test
    void scriptsTakeTheArgumentsThatAreShown() throws Exception {
        Path checkout = folder.toRealPath().resolve("checkout");
        Files.createDirectories(checkout.resolve("benchmarks"));
        for (String script : List.of("demo", "benchmarks/run")) {
            Files.copy(TOP.resolve(script), checkout.resolve(script));
        }
        Files.createFile(checkout.resolve("pom.xml"));
        Path tools = Files.createDirectory(folder.resolve("bin"));
        for (String name : List.of("mvn", "java")) {
            Path tool = Files.writeString(tools.resolve(name), "#!/bin/sh\necho " + name + " \"$@\"\n");
            Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        String usage = Files.readString(TOP.resolve("benchmarks/run"));
        String process = Files.readString(
                Path.of("src", "test", "java", "io", "github", "inparallel", "demo", "DemoProcessTests.java"));
        for (DocumentedCommand command : commands("./demo", "benchmarks/run")) {
            List<String> arguments = command.words().subList(1, command.words().size());
            String output = run(checkout, tools, command.text());
            assertThat(output).as(command.toString()).contains("java -").contains(String.join(" ", arguments));
            for (String option : arguments) {
                if (option.startsWith("--")) {
                    assertThat(option.startsWith("--demo.") ? process : usage)
                            .as("%s: %s is an option, and tried by a test", command, option)
                            .contains(option);
                }
            }
        }
    }

    // ---- programs of others

    /** A certificate authority and a member's certificate, which the authority has signed. */
    @Test
    void certificatesOfMembersAreMade() throws Exception {
        assumeThat(run(folder, folder, "openssl version || true"))
                .as("there is no openssl here")
                .startsWith("OpenSSL");
        for (DocumentedCommand command : commands("openssl")) {
            run(folder, folder, command.text());
        }
        assertThat(run(folder, folder, "openssl verify -CAfile ca.crt member.crt"))
                .contains("member.crt: OK");
        assertThat(folder.resolve("member.key")).content().contains("PRIVATE KEY");
    }

    @Test
    void jcmdKnowsWhatItIsAskedFor() throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        for (DocumentedCommand command : commands("jcmd")) {
            String own = command.text()
                    .replaceFirst("jcmd", jcmd.toString())
                    .replaceFirst("…", ProcessHandle.current().pid() + " help");
            assertThat(run(folder, folder, own)).as(command.toString()).doesNotContain("Unknown");
        }
    }

    /** What an image's build does, with its folder here; and each block is the same. */
    @Test
    @Tag("process")
    void imagePreparesTheClassCache() throws Exception {
        Map<String, String> blocks = new LinkedHashMap<>();
        for (String page : List.of("docs/operations.md", "docs/guides/in-kubernetes.md")) {
            for (MatchResult block : Pattern.compile("(?s)```dockerfile\\n(.*?)```")
                    .matcher(Files.readString(TOP.resolve(page)))
                    .results()
                    .toList()) {
                blocks.put(block.group(1), page);
            }
        }
        assertThat(blocks).hasSize(1);
        String image = blocks.keySet().iterator().next();
        Path opt = folder.toRealPath().resolve("app");
        StringBuilder script = new StringBuilder();
        for (String line : image.replace("/opt/app", opt.toString()).lines().toList()) {
            switch (line.replaceFirst(" .*", "")) {
                case "COPY" -> {
                    Path target = Path.of(line.replaceFirst("COPY app.jar ", ""));
                    Files.createDirectories(target.getParent());
                    Files.copy(DemoProcess.jar(), target);
                }
                case "ENV" -> script.append("export ").append(line.substring(4)).append('\n');
                case "RUN" -> script.append(line.substring(4)).append('\n');
                default -> throw new AssertionError("What does it mean? " + line);
            }
        }
        Path java = Path.of(System.getProperty("java.home"), "bin");
        assertThat(run(folder, java, script.toString())).contains("is in " + opt.resolve("cache"));
        assertThat(opt.resolve("cache")).isNotEmptyDirectory();
    }

    // ---- Maven

    @Test
    void goalsProfilesAndModulesOfMavenExist() throws IOException {
        String poms =
                Files.readString(TOP.resolve("pom.xml")) + Files.readString(TOP.resolve("inparallel-core/pom.xml"));
        Set<String> goals = Set.of("verify", "install", "spotless:apply", "process-test-classes");
        for (DocumentedCommand command : commands(MAVEN)) {
            List<String> words = command.words();
            for (int i = 1; i < words.size(); i++) {
                String word = words.get(i);
                if (word.startsWith("-P")) {
                    assertThat(poms).as(command.toString()).contains("<id>" + word.substring(2) + "</id>");
                } else if (word.equals("-pl")) {
                    for (String module :
                            Pattern.compile(",").splitAsStream(words.get(++i)).toList()) {
                        assertThat(TOP.resolve(module).resolve("pom.xml"))
                                .as(command.toString())
                                .isRegularFile();
                    }
                } else if (!word.startsWith("-") && !word.contains("=")) {
                    assertThat(goals).as(command.toString()).contains(word);
                }
            }
        }
    }

    private static List<DocumentedCommand> commands(String... programs) throws IOException {
        List<DocumentedCommand> commands = DocumentedCommand.all().stream()
                .filter(command -> List.of(programs).contains(command.program()))
                .toList();
        assertThat(commands).isNotEmpty();
        return commands;
    }

    private String run(Path where, Path tools, String command) throws IOException, InterruptedException {
        ProcessBuilder bash = new ProcessBuilder("bash", "-e", "-c", command).directory(where.toFile());
        bash.environment().remove("JAVA_HOME");
        bash.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
        Process process = bash.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        return output;
    }
}
