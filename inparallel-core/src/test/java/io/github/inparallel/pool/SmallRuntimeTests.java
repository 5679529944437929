package io.github.inparallel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Application and workers on a Java installation without the modules jdk.net, jdk.management and jdk.unsupported. */
@Tag("process")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SmallRuntimeTests {

    private static final String MODULES =
            "java.base,java.logging,java.management,java.naming,java.sql,java.xml,java.desktop";

    @Test
    void poolsWorkWithoutModulesOfTheJdkItself() throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "--limit-modules=" + MODULES,
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        assertThat(process.inputReader().lines()).contains("modules false false", "echo works");
        assertThat(process.waitFor()).isZero();
    }

    static final class Application {
        public static void main(String[] args) {
            ModuleLayer layer = ModuleLayer.boot();
            System.out.println("modules " + layer.findModule("jdk.net").isPresent() + " "
                    + layer.findModule("jdk.management").isPresent());
            try (WorkerPool pool =
                    ProcessPool.create(options -> options.jvmArgs(List.of("--limit-modules=" + MODULES)))) {
                System.out.println("echo " + ProcessPool.probe(pool).echo("works"));
            }
        }
    }
}
