package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.inparallel.WorkerLostException;
import io.github.inparallel.spring.TaskContextPropagator;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.client.RestClient;

/** Logs, meters, traces, endpoint and health of a web application. */
@Tag("process")
@Timeout(120)
@DirtiesContext
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"management.tracing.sampling.probability=1", "management.endpoint.inparallel.access=unrestricted"
        })
class SeeingTests {

    @Autowired
    private Surroundings surroundings;

    @Autowired
    private InMemorySpanExporter spans;

    @LocalServerPort
    private int port;

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Surroundings.class);

    @BeforeEach
    void listen() {
        events.start();
        logger.addAppender(events);
    }

    @AfterEach
    void restore() {
        logger.detachAppender(events);
        logger.setLevel(null);
        MDC.clear();
        LocaleContextHolder.resetLocaleContext();
    }

    private RestClient http() {
        return RestClient.builder()
                .baseUrl("http://localhost:" + port)
                .defaultHeaders(headers -> headers.setBasicAuth("admin", "secret"))
                .build();
    }

    private String get(String path) {
        return String.valueOf(http().get().uri(path).retrieve().body(String.class));
    }

    private List<ILoggingEvent> logged(String text) {
        return List.copyOf(events.list).stream()
                .filter(event -> event.getFormattedMessage().contains(text))
                .toList();
    }

    @Test
    void anEventOfAWorkerComesOutOfTheApplicationsLogger() {
        MDC.put("order", "4711");
        surroundings.say("hello");

        await().until(() -> logged("hello").size() == 2);
        ILoggingEvent warning = logged("warn hello").get(0);
        assertThat(warning.getLevel()).isEqualTo(Level.WARN);
        assertThat(warning.getThrowableProxy().getMessage()).isEqualTo("because");
        assertThat(warning.getThreadName()).startsWith("inparallel-default-slot");
        assertThat(warning.getMDCPropertyMap())
                .containsEntry("order", "4711")
                .containsEntry("pool", "default")
                .containsKey("worker");
    }

    @Test
    void aLevelThatIsChangedAtRunTimeReachesTheWorkers() {
        http().post()
                .uri("/actuator/loggers/" + Surroundings.class.getName())
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("configuredLevel", "DEBUG"))
                .retrieve()
                .toBodilessEntity();

        await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> { // a worker may have to start first
                            surroundings.say("louder");
                            return !logged("debug louder").isEmpty();
                        });
    }

    @Test
    void nothingThatWasLoggedIsLostWhenTheWorkerDies() {
        assertThatThrownBy(() -> surroundings.sayAndDie("last words")).isInstanceOf(WorkerLostException.class);

        await().until(() -> logged("last words").size() == 100);
    }

    @Test
    void aTaskMayPrintWhatItLikes() {
        assertThat(surroundings.print(100)).isEqualTo(100);
        assertThat(surroundings.language()).isNotEmpty();
    }

    @Test
    void mdcLocaleAndWhatABeanCarriesTravel() {
        MDC.put("order", "1");
        LocaleContextHolder.setLocale(Locale.forLanguageTag("pt-BR"));
        Tenant.CURRENT.set("blue");

        assertThat(surroundings.diagnostic("order")).isEqualTo("1");
        assertThat(surroundings.language()).isEqualTo("pt-BR");
        assertThat(surroundings.diagnostic("tenant")).isEqualTo("blue");

        Tenant.CURRENT.remove();
        assertThat(surroundings.diagnostic("tenant")).isNull();
        assertThat(RestClient.create()
                        .get()
                        .uri("http://localhost:" + port + "/language")
                        .header("Accept-Language", "fr")
                        .retrieve()
                        .body(String.class))
                .isEqualTo("fr");
    }

    @Test
    void theSpanInTheWorkerIsAChildOfTheCallers() {
        List<String> inWorker = surroundings.trace().join();

        await().until(() -> !named("call Surroundings.trace").isEmpty());
        SpanData call = named("call Surroundings.trace").get(0);
        assertThat(inWorker).containsExactly(call.getTraceId(), call.getSpanId());
    }

    private List<SpanData> named(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    @Test
    void prometheusScrapesAllMeters() {
        surroundings.language();
        assertThatThrownBy(() -> surroundings.sayAndDie("for the meters")).isInstanceOf(WorkerLostException.class);
        surroundings.language();

        assertThat(get("/actuator/prometheus"))
                .contains("inparallel_tasks_in_flight{")
                .contains("inparallel_tasks_running{")
                .contains("inparallel_tasks_queued{")
                .contains("inparallel_workers{")
                .contains("inparallel_workers_memory_bytes{")
                .contains("inparallel_task_queue_seconds_count{")
                .contains("inparallel_worker_startup_seconds_count{")
                .contains("inparallel_worker_starts_total{")
                .contains("inparallel_worker_exits_total{")
                .contains("inparallel_payload_bytes_count{")
                .containsPattern("inparallel_task_seconds_count\\{[^}]*method=\"Surroundings.language\"[^}]*\\}")
                .containsPattern("inparallel_task_seconds_count\\{[^}]*exception=\"WorkerLostException\"[^}]*"
                        + "outcome=\"worker-lost\"[^}]*\\}")
                .doesNotContain("inparallel_task_run");
    }

    @Test
    void theMetersAreThoseOfTheDocumentation() throws Exception {
        surroundings.language();
        Set<String> documented = new TreeSet<>();
        String section = Files.readString(Path.of("..", "docs", "operations.md"))
                .replaceAll("(?s).*\\*\\*Meters of pools\\*\\*(.*?)\\*\\*Meters of workers.*", "$1");
        Matcher name = Pattern.compile("`(inparallel\\.[a-z.]+)`").matcher(section);
        while (name.find()) {
            documented.add(name.group(1));
        }
        Set<String> registered = new TreeSet<>();
        name = Pattern.compile("\"(inparallel\\.[a-z.]+)\"").matcher(get("/actuator/metrics"));
        while (name.find()) {
            registered.add(name.group(1));
        }
        registered.remove("inparallel.task.active"); // Micrometer's own, of the observation

        assertThat(documented).hasSize(12);
        assertThat(registered).isEqualTo(documented);
    }

    @Test
    void theEndpointShowsPoolsWorkersTasksAndThreads() throws Exception {
        CompletableFuture<String> task = surroundings.sleep(Duration.ofMinutes(1));
        await().until(() -> get("/actuator/inparallel/default").contains("\"method\":\"Surroundings.sleep\""));

        String pool = get("/actuator/inparallel/default");
        assertThat(pool).contains("\"status\":\"up\"", "\"state\":\"busy\"", "\"heldBack\":[");
        assertThat(get("/actuator/inparallel")).contains("\"default\":{");
        String pid = pidOfAWorker(pool);
        assertThat(get("/actuator/inparallel/default/" + pid)).contains("Surroundings.sleep");

        CompletableFuture<String> next = surroundings.sleep(Duration.ofMinutes(2));
        String withQueue = get("/actuator/inparallel/default");
        assertThat(withQueue).contains("\"queued\":1,").doesNotContain("PT2M");
        cancel(withQueue.replaceAll(".*\"queuedTasks\":\\[\\{\"taskId\":\"([^\"]+)\".*\"state\":\"queued\".*", "$1"));
        assertThatThrownBy(next::join).isInstanceOf(CancellationException.class);

        cancel(pool.replaceAll(".*?\"taskId\":\"([^\"]+)\".*", "$1"));
        assertThatThrownBy(task::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void theEndpointRemembersWorkersThatEnded() {
        assertThatThrownBy(() -> surroundings.sayAndDie("for the endpoint")).isInstanceOf(WorkerLostException.class);

        assertThat(get("/actuator/inparallel/default"))
                .containsPattern("\"exits\":\\[\\{\"at\":\"[^\"]+\",\"worker\":\"default-\\d+\",\"pid\":\\d+,")
                .contains("\"cause\":\"exited\"", "\"method\":\"Surroundings.sayAndDie\"", "\"refusedMethods\":[]");
    }

    @Test
    void whatDoesNotExistIsNotFoundAndSaysSo() {
        assertThat(notFound("/actuator/inparallel/nope"))
                .isEqualTo("{\"error\":\"There is no pool 'nope' (pools: default)\"}");
        assertThat(notFound("/actuator/inparallel/default/4711"))
                .isEqualTo("{\"error\":\"Pool 'default' has no worker with pid 4711\"}");
        ResponseEntity<String> cancelled = http().delete()
                .uri("/actuator/inparallel/default/default-0")
                .retrieve()
                .onStatus(status -> true, (request, response) -> {})
                .toEntity(String.class);
        assertThat(cancelled.getStatusCode().value()).isEqualTo(404);
        assertThat(cancelled.getBody()).contains("has no task 'default-0'");
    }

    private String notFound(String path) {
        ResponseEntity<String> answer = http().get()
                .uri(path)
                .retrieve()
                .onStatus(status -> true, (request, response) -> {})
                .toEntity(String.class);
        assertThat(answer.getStatusCode().value()).isEqualTo(404);
        return String.valueOf(answer.getBody());
    }

    @Test
    void aThreadDumpIsTextForWhoAcceptsText() {
        surroundings.language();
        String pid = pidOfAWorker(get("/actuator/inparallel/default"));

        ResponseEntity<String> dump = http().get()
                .uri("/actuator/inparallel/default/" + pid)
                .accept(MediaType.TEXT_PLAIN)
                .retrieve()
                .toEntity(String.class);

        assertThat(String.valueOf(dump.getHeaders().getContentType())).startsWith("text/plain");
        assertThat(dump.getBody()).startsWith("\"").contains("inparallel-default-slot");
    }

    private static String pidOfAWorker(String pool) {
        return pool.replaceAll(".*\"workers\":\\[\\{\"name\":\"[^\"]+\",\"pid\":(\\d+).*", "$1");
    }

    private void cancel(String taskId) {
        http().delete().uri("/actuator/inparallel/default/" + taskId).retrieve().toBodilessEntity();
    }

    @Test
    void recycleReplacesTheWorkers() {
        surroundings.language();
        await().until(() -> get("/actuator/inparallel/default").contains("\"state\":\"idle\""));
        String before = pidOfAWorker(get("/actuator/inparallel/default"));

        http().post()
                .uri("/actuator/inparallel/default")
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("action", "recycle"))
                .retrieve()
                .toBodilessEntity();

        await().atMost(Duration.ofSeconds(60))
                .until(() -> !get("/actuator/inparallel/default")
                        .replaceAll("\"exits\":.*", "")
                        .contains("\"pid\":" + before + ","));
        assertThat(surroundings.language()).isNotEmpty();
    }

    private ResponseEntity<String> act(String path, Map<String, ?> body) {
        return http().post()
                .uri("/actuator/inparallel/" + path)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .retrieve()
                .onStatus(status -> true, (request, response) -> {})
                .toEntity(String.class);
    }

    @Test
    void aPoolIsDrainedResumedAndResized() {
        surroundings.language();

        assertThat(act("default", Map.of("action", "drain")).getBody()).contains("\"drainingSince\":\"");
        assertThatThrownBy(surroundings::language).hasMessageContaining("Pool 'default' is drained");
        assertThat(get("/actuator/health")).contains("\"default\":{\"status\":\"UP\",\"drainingSince\":");
        assertThat(act("default", Map.of("action", "resume")).getBody()).contains("\"drainingSince\":null");
        assertThat(surroundings.language()).isNotEmpty();
        assertThat(act("default", Map.of("action", "resize", "min", 0, "max", 1))
                        .getBody())
                .contains("\"minWorkers\":0,\"maxWorkers\":1");
    }

    @Test
    void aWorkerIsKilled() throws Exception {
        CompletableFuture<String> task = sleeping();
        String pid = pidOfAWorker(get("/actuator/inparallel/default"));

        assertThat(act("default", Map.of("action", "kill", "pid", Long.valueOf(pid)))
                        .getStatusCode()
                        .value())
                .isEqualTo(200);

        assertThatThrownBy(task::join)
                .hasCauseInstanceOf(WorkerLostException.class)
                .hasMessageContaining("An operator killed it");
        assertThat(surroundings.language()).isNotEmpty();
    }

    @Test
    void whatIsNoActionIsABadRequestThatSaysWhy() {
        ResponseEntity<String> answer = act("default", Map.of("action", "kill", "pid", "x"));

        assertThat(answer.getStatusCode().value()).isEqualTo(400);
        assertThat(answer.getBody()).isEqualTo("{\"error\":\"pid: \\\"x\\\" (expected: a whole number)\"}");
        assertThat(act("default", Map.of()).getBody()).contains("action is missing");
        assertThat(act("nope", Map.of("action", "drain")).getStatusCode().value())
                .isEqualTo(404);
        assertThat(act("default", Map.of("action", "kill", "pid", 1)).getBody())
                .isEqualTo("{\"error\":\"Pool 'default' has no worker with pid 1\"}");
    }

    @Test
    void aBusyWorkerTellsOfItsHeapAndItsOutput() throws Exception {
        CompletableFuture<String> task = sleeping();
        String worker = "/actuator/inparallel/default/" + pidOfAWorker(get("/actuator/inparallel/default"));

        assertThat(get(worker + "/histogram"))
                .contains("\"classes\":[{\"instances\":")
                .contains("\"className\":\"java.lang.String\"");
        assertThat(get(worker + "/output")).contains("\"stdout\":[", "\"stderr\":[");
        assertThat(http().get()
                        .uri(worker + "/histogram")
                        .accept(MediaType.TEXT_PLAIN)
                        .retrieve()
                        .body(String.class))
                .contains("instances", "java.lang.String", "in all");
        assertThat(notFound(worker + "/nope")).contains("There is no 'nope' of a worker");
        await().until(() -> get("/actuator/inparallel/default").contains("\"heap\":{\"used\":"));
        task.cancel(true);
    }

    private CompletableFuture<String> sleeping() throws Exception {
        CompletableFuture<String> task = surroundings.sleep(Duration.ofMinutes(1));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> get("/actuator/inparallel/default").contains("\"method\":\"Surroundings.sleep\""));
        return task;
    }

    @Test
    void healthKnowsThePools() {
        assertThat(get("/actuator/health")).contains("\"inparallel\":{").contains("\"default\":{\"status\":\"UP\"");
    }

    /** Something that a thread has. */
    static final class Tenant {
        static final ThreadLocal<String> CURRENT = new ThreadLocal<>();

        private Tenant() {}
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Seeing {

        @Bean
        InMemorySpanExporter spans() {
            return InMemorySpanExporter.create();
        }

        @Bean
        TaskContextPropagator tenants() {
            return new TaskContextPropagator() {
                @Override
                public void capture(Map<String, String> attributes) {
                    String tenant = Tenant.CURRENT.get();
                    if (tenant != null) {
                        attributes.put("tenant", tenant);
                    }
                }

                @Override
                public Scope restore(Map<String, String> attributes) {
                    String tenant = attributes.get("tenant");
                    if (tenant == null) {
                        return Scope.NONE;
                    }
                    MDC.put("tenant", tenant);
                    return () -> MDC.remove("tenant");
                }
            };
        }
    }
}
