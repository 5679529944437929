package io.github.inparallel.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The board for Grafana and the alerts for Prometheus ask for meters that a real application has. */
@Tag("process")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DashboardTests {

    private static final Path ALERTS = Path.of("../docs/prometheus/alerts.yml");
    private static final Path BOARD = Path.of("../docs/grafana/inparallel.json");

    private static final Pattern METER = Pattern.compile("\\b((?:inparallel|worker)_[a-z_]+)\\b(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\)");
    private static final Pattern SAMPLE = Pattern.compile("^([a-z_]+)\\{([^}]*)} .*", Pattern.MULTILINE);

    /** What Prometheus and its configuration add to each series. */
    private static final Set<String> ADDED = Set.of("application", "instance");

    @Test
    void eachQueryIsOfMetersAndTagsThatAreThere() throws Exception {
        try (RunningApplication application = RunningApplication.start(
                "management.endpoints.web.exposure.include=prometheus", "inparallel.pools.press.max-workers=1")) {
            Press press = application.bean(Press.class);
            assertThat(press.print(1).get()).isEqualTo(1);
            assertThatThrownBy(() -> press.crash().get()).hasMessageContaining("exit code 3");
            assertThat(press.print(2).get()).isEqualTo(2);
            List<String> queries = queries();
            assertThat(queries).hasSizeGreaterThan(20);

            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                Map<String, Set<String>> there =
                        tags(application.get("/actuator/prometheus").body());
                for (String query : queries) {
                    assertThat(wanted(query)).as(query).isNotEmpty().allSatisfy((meter, tags) -> {
                        assertThat(there).containsKey(meter);
                        assertThat(there.get(meter)).containsAll(tags);
                    });
                }
            });
        }
    }

    @Test
    void prometheusItselfTakesTheAlerts() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/promtool")), "The alerts are not checked: there is no promtool");
        Process check = new ProcessBuilder("/usr/bin/promtool", "check", "rules", ALERTS.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
    }

    /** The meters of a query, with the tags that it asks of each. */
    private static Map<String, Set<String>> wanted(String query) {
        Map<String, Set<String>> wanted = new HashMap<>();
        Set<String> grouped = new HashSet<>();
        Matcher groups = GROUPED.matcher(query);
        while (groups.find()) {
            grouped.addAll(List.of(groups.group(1).split(", ", -1)));
        }
        Matcher meters = METER.matcher(GROUPED.matcher(query).replaceAll(""));
        while (meters.find()) {
            Set<String> tags = wanted.computeIfAbsent(meters.group(1), key -> new HashSet<>(grouped));
            if (meters.group(2) != null) {
                Matcher labels = LABEL.matcher(meters.group(2));
                while (labels.find()) {
                    tags.add(labels.group(1));
                }
            }
            tags.removeAll(ADDED);
        }
        return wanted;
    }

    private static Map<String, Set<String>> tags(String scraped) {
        Map<String, Set<String>> tags = new HashMap<>();
        Matcher samples = SAMPLE.matcher(scraped);
        while (samples.find()) {
            Set<String> of = tags.computeIfAbsent(samples.group(1), key -> new HashSet<>());
            Matcher labels = LABEL.matcher(samples.group(2));
            while (labels.find()) {
                of.add(labels.group(1));
            }
        }
        return tags;
    }

    private static List<String> queries() throws Exception {
        List<String> queries = new ArrayList<>();
        String rule = null;
        for (String line : Files.readAllLines(ALERTS)) {
            if (line.strip().startsWith("expr:")) {
                rule = "";
            } else if (rule != null && line.startsWith("          ")) {
                rule += line.strip() + " ";
            } else if (rule != null) {
                queries.add(rule);
                rule = null;
            }
        }
        JsonNode board = JsonMapper.shared().readTree(Files.readString(BOARD));
        board.findValuesAsString("expr").forEach(queries::add);
        board.findValuesAsString("definition").forEach(queries::add);
        return queries;
    }
}
