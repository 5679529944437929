package io.github.inparallel.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.TaskFuture;
import io.micrometer.tracing.ScopedSpan;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
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
            "management.tracing.sampling.probability=1",
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
                isOneTrace(caller);
            }
        } finally {
            runner.destroyForcibly().waitFor();
        }
    }

    /** The task's span, in the worker of the other member, is a child of the call's span here, which is one of the request's. */
    private static void isOneTrace(ConfigurableApplicationContext caller) throws Exception {
        Tracer tracer = caller.getBean(Tracer.class);
        InMemorySpanExporter spans = caller.getBean(InMemorySpanExporter.class);
        ScopedSpan request = tracer.startScopedSpan("request");
        List<String> inWorker;
        try {
            inWorker = caller.getBean(PidShop.Traces.class).trace().get(120, TimeUnit.SECONDS);
        } finally {
            request.end();
        }

        await().until(() -> spans.getFinishedSpanItems().stream()
                .anyMatch(span -> span.getName().equals("call Traces.trace")));
        SpanData call = spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals("call Traces.trace"))
                .findFirst()
                .orElseThrow();
        assertThat(inWorker).containsExactly(request.context().traceId(), call.getSpanId());
        assertThat(call.getParentSpanId()).isEqualTo(request.context().spanId());
    }
}
