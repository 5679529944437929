package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.pool.InvalidOptionException;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.ProcessPool;
import io.github.inparallel.pool.WorkerPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What cannot start a worker is said when the pool is made, by the name of its option. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LaunchCheckTests {

    @TempDir
    private Path folder;

    private static PoolOptions options(UnaryOperator<PoolOptionsBuilder> settings) {
        return settings.apply(PoolOptions.builder().heap(ProcessPool.HEAP)).build();
    }

    private static void assertFine(UnaryOperator<PoolOptionsBuilder> settings) {
        assertThatCode(() -> LaunchCheck.check(options(settings))).doesNotThrowAnyException();
    }

    private static void assertRefused(String option, String words, UnaryOperator<PoolOptionsBuilder> settings) {
        assertThatThrownBy(() -> WorkerPool.create(options(settings)).close())
                .isInstanceOfSatisfying(
                        InvalidOptionException.class,
                        refusal -> assertThat(refusal.option()).isEqualTo(option))
                .hasMessageStartingWith(option + ": ")
                .hasMessageContaining(words);
    }

    @Test
    void defaultsStartNoProcess() {
        long before = ProcessHandle.current().children().count();
        assertFine(options -> options);
        assertThat(ProcessHandle.current().children().count()).isEqualTo(before);
    }

    @Test
    void whatWorksIsFine() {
        assertFine(options -> options.jvmArgs(List.of("-Xss512k", "--add-modules", "java.sql", "-Dsecret=x")));
        assertFine(options -> options.commandPrefix(List.of("nice", "-n", "10")).workingDirectory(folder));
        assertFine(options -> options.environment(Map.of("JAVA_TOOL_OPTIONS", "-javaagent:/no/such/agent.jar"))
                .jvmArgs(List.of("-Xint")));
    }

    @Test
    void folderThatIsNotThereIsNamed() {
        assertRefused(
                "working-directory",
                "/no/such/folder",
                options -> options.workingDirectory(Path.of("/no/such/folder")));
    }

    @Test
    void installationThatIsNotThereOrDoesNotRunIsNamed() throws IOException {
        Path home = folder.resolve("jdk");
        assertRefused("java-home", home.resolve("bin/java").toString(), options -> options.javaHome(home));

        Files.createDirectories(home.resolve("bin"));
        Path java = Files.createFile(
                home.resolve("bin/java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(java, "#!/bin/sh\necho wrong machine\nexit 1\n");
        assertRefused("java-home", "wrong machine", options -> options.javaHome(home));
    }

    @Test
    void prefixThatIsNoCommandOrDoesNotRunOneIsNamed() {
        assertRefused(
                "command-prefix",
                "there is no no-such-command",
                options -> options.commandPrefix(List.of("no-such-command")));
        assertRefused(
                "command-prefix",
                "there is no /no/such/prefix",
                options -> options.commandPrefix(List.of("/no/such/prefix")));
        assertRefused("command-prefix", "exit code 1", options -> options.commandPrefix(List.of("false")));
    }

    @Test
    void optionThatTheJvmRefusesIsNamed() {
        assertRefused("jvm-args", "NoSuchOption", options -> options.jvmArgs(List.of("-ea", "-XX:+NoSuchOption")));
        assertRefused("jvm-args", "garbage collectors", options -> options.jvmArgs(List.of("-XX:+UseParallelGC")));
        assertRefused(
                "heap",
                "maximum heap",
                options -> options.jvmArgs(List.of("-ea")).heap(1L << 20));
        assertRefused("jvm-args", "heap", options -> options.jvmArgs(List.of("-Xms1g")));
    }

    @Test
    void portThatIsInUseIsNamed() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            assertRefused("debug-port", "debug-port: " + port, options -> options.debugPort(port));
        }
    }

    @Test
    void secretsAmongOptionsAreNotRepeated() {
        assertThatThrownBy(() -> LaunchCheck.check(
                        options(options -> options.jvmArgs(List.of("-Dpassword=hunter2", "-XX:+NoSuchOption")))))
                .hasMessageNotContaining("hunter2");
    }
}
