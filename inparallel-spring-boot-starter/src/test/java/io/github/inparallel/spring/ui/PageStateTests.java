package io.github.inparallel.spring.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskState;
import io.github.inparallel.pool.PoolHistory;
import io.github.inparallel.pool.PoolHistory.FailedTask;
import io.github.inparallel.pool.PoolHistory.TaskSpan;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerState;
import io.github.inparallel.protocol.WorkerReport;
import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.event.ContextRefreshedEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON of the page fits, and counts rightly what it has no room for. */
class PageStateTests {

    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final String LONG = "p".repeat(64);

    private final PageState state = state(null);

    private static PageState state(@Nullable ClusterView cluster) {
        return new PageState(
                new WorkerPools(
                        Set.of(),
                        name -> {
                            throw new AssertionError(name);
                        },
                        List.of(),
                        Duration.ofSeconds(1),
                        ContextRefreshedEvent.class),
                cluster,
                new PagePaths(id -> id, () -> true),
                "shop",
                () -> null);
    }

    @Test
    void thousandWorkersAreCountedAndLeaveRoomForHistory() {
        Cursor known = Cursor.parse(Cursor.start().toString());
        known.read(LONG, 1);
        JsonNode pool = write(known, pool(LONG, 1000, history(1000))).at("/pools/0");
        assertThat(pool.at("/states/busy").asInt()).isEqualTo(1000);
        assertThat(pool.at("/workers").size()).isBetween(10, 999);
        assertThat(pool.at("/history/spans").size()).isBetween(100, 999);
        assertThat(pool.at("/history/omitted").asInt())
                .isEqualTo(1000 - pool.at("/history/spans").size());
    }

    @Test
    void muchHistoryHidesNoWorker() {
        Cursor known = Cursor.parse(Cursor.start().toString());
        known.read("ocr", 1);
        FailedTask[] failures = new FailedTask[50];
        for (int i = 0; i < failures.length; i++) {
            failures[i] = new FailedTask(
                    NOW, "ocr-" + i, "Ocr.read", TaskState.FAILED, "ocr-0", Duration.ZERO, "X", "\u0000".repeat(300));
        }
        JsonNode pool = write(known, pool("ocr", 40, history(1000, failures))).at("/pools/0");
        assertThat(pool.at("/workers").size()).isEqualTo(40);
        assertThat(pool.at("/history/omitted").asInt()).isPositive();
    }

    @Test
    void anApplicationInNoClusterHasNeitherMembersNorTasksElsewhere() {
        JsonNode all = JsonMapper.shared().readTree(state.write(Cursor.start(), List.of(pool("ocr", 1, history(0)))));
        assertThat(all.has("cluster")).isFalse();
        assertThat(all.at("/pools/0").has("elsewhere")).isFalse();
    }

    @Test
    void aMemberShowsItselfAndTheOthers() {
        JsonNode cluster = JsonMapper.shared()
                .readTree(state(new Cluster(List.of(
                                new ClusterView.Member(
                                        "10.0.0.2:7800",
                                        "compatible",
                                        null,
                                        Map.of("ocr", 2),
                                        1,
                                        0,
                                        Map.of("ocr", 1),
                                        Map.of()),
                                new ClusterView.Member(
                                        "10.0.0.3:7800",
                                        "incompatible",
                                        "it has no pool 'ocr'",
                                        Map.of(),
                                        0,
                                        0,
                                        Map.of(),
                                        Map.of()))))
                        .write(Cursor.start(), List.of()))
                .at("/cluster");
        assertThat(cluster.toString()).isEqualTo("""
                {"address":"10.0.0.1:7800","members":[\
                {"address":"10.0.0.2:7800","state":"compatible","freeSlots":{"ocr":2},"sent":{"ocr":1},"received":{}},\
                {"address":"10.0.0.3:7800","state":"incompatible","difference":"it has no pool 'ocr'","freeSlots":{},"sent":{},"received":{}}],\
                "more":0}""");
    }

    @Test
    void thousandMembersAreCounted() {
        List<ClusterView.Member> members = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            members.add(
                    new ClusterView.Member("10.0.0.1:" + i, "compatible", null, Map.of(), 0, 0, Map.of(), Map.of()));
        }
        byte[] written = state(new Cluster(members)).write(Cursor.start(), List.of());
        assertThat(JsonMapper.shared().readTree(written).at("/cluster/more").asInt())
                .isEqualTo(900);
    }

    private record Cluster(List<Member> members) implements ClusterView {
        @Override
        public Optional<String> address() {
            return Optional.of("10.0.0.1:7800");
        }
    }

    private JsonNode write(Cursor cursor, PoolState pool) {
        byte[] written = state.write(cursor, List.of(pool));
        assertThat(written).hasSizeLessThanOrEqualTo(PageState.MOST_BYTES);
        return JsonMapper.shared().readTree(written);
    }

    private static PoolState pool(String name, int workers, PoolHistory history) {
        List<PoolStats.WorkerStats> all = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            PoolStats.TaskStats task = new PoolStats.TaskStats(
                    name + "-" + i,
                    "Ocr.read",
                    Duration.ofSeconds(1),
                    Optional.empty(),
                    NOW,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    i);
            all.add(new PoolStats.WorkerStats(
                    name + "-" + i,
                    4711 + i,
                    WorkerState.BUSY,
                    Duration.ofSeconds(1),
                    0,
                    OptionalLong.of(1 << 20),
                    List.of(task),
                    1,
                    Optional.empty(),
                    WorkerReport.EMPTY,
                    i));
        }
        PoolStats stats = new PoolStats(
                name,
                0,
                workers,
                Optional.empty(),
                all,
                List.of(),
                List.of(),
                new PoolStats.Size(0, workers),
                OptionalLong.empty(),
                Optional.empty());
        return new PoolState(PoolOptions.builder().name(name).build(), false, stats, List.of(), List.of(), history);
    }

    private static PoolHistory history(int spans, FailedTask... failures) {
        List<TaskSpan> all = new ArrayList<>();
        for (int i = 0; i < spans; i++) {
            all.add(new TaskSpan(i, "ocr-" + i, "Ocr.read", NOW, Duration.ofMillis(5), TaskState.SUCCEEDED));
        }
        return new PoolHistory(2, List.of(), List.of(), List.of(), List.of(failures), all, List.of());
    }
}
