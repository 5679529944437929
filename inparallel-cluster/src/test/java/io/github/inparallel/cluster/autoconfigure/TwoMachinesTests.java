package io.github.inparallel.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskFuture;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Two applications in a JVM each: one only calls, the other has workers. */
@Tag("process")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwoMachinesTests {

    private static final List<String> PROPERTIES = List.of(
            "spring.application.name=shop",
            "spring.main.banner-mode=off",
            "inparallel.cluster.enabled=true",
            "inparallel.cluster.port=0",
            "inparallel.cluster.secret=what only members know",
            "inparallel.pools.ocr.spread=cluster");

    private static Process runner() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PidShop.class.getName(),
                "--inparallel.pools.ocr.max-workers=1",
                "--inparallel.pools.ocr.heap=64MB"));
        PROPERTIES.forEach(property -> command.add("--" + property));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String address(Process process) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("member ")) {
                return line.substring("member ".length());
            }
        }
        throw new IOException("The application has ended");
    }

    @Test
    void aCallRunsInAWorkerOfTheOtherMember() throws Exception {
        Process runner = runner();
        try {
            String address = address(runner);
            List<String> properties = new ArrayList<>(PROPERTIES);
            properties.add("inparallel.pools.ocr.max-workers=0");
            properties.add("inparallel.cluster.members=" + address);
            try (ConfigurableApplicationContext caller = new SpringApplicationBuilder(PidShop.class)
                    .web(WebApplicationType.NONE)
                    .properties(properties.toArray(String[]::new))
                    .run()) {
                TaskFuture<Long> future =
                        (TaskFuture<Long>) caller.getBean(PidShop.Pids.class).pid();

                long pid = future.get(120, TimeUnit.SECONDS);
                assertThat(future.member()).contains(address);
                assertThat(ProcessHandle.of(pid).flatMap(ProcessHandle::parent).map(ProcessHandle::pid))
                        .contains(runner.pid());
                // One trace over three processes: the task's observation in the worker has the caller's as its parent.
                assertThat(caller.getBean(PidShop.Traces.class).parent())
                        .isEqualTo(PidShop.TRACE_OF + ProcessHandle.current().pid());
            }
        } finally {
            runner.destroyForcibly().waitFor();
        }
    }
}
