package io.github.inparallel.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What people copy from docs/kubernetes has the fields that Kubernetes knows, fits together, and sets up a member. */
class KubernetesManifestsTests {

    private static final Path FOLDER = Path.of("..", "docs", "kubernetes");
    private static final Path SHAPES = Path.of("src", "test", "resources", "kubernetes-shapes.yaml");
    private static final Map<String, String> PATTERNS = Map.of(
            "text", ".+",
            "name", "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
            "quantity", "\\d+(m|[KMGT]i)?",
            "label", "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private final List<Map<String, Object>> all = manifests();

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> manifests() {
        List<Map<String, Object>> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.sorted().toList()) {
                try (Reader in = Files.newBufferedReader(file)) {
                    yaml().loadAll(in).forEach(each -> all.add((Map<String, Object>) each));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return all;
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options));
    }

    private static Object at(Object manifest, Object... path) {
        Object found = manifest;
        for (Object step : path) {
            Object next = step instanceof Integer index ? ((List<?>) found).get(index) : ((Map<?, ?>) found).get(step);
            found = Objects.requireNonNull(next, () -> step + " of " + List.of(path));
        }
        return found;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object manifest, Object... path) {
        return (List<Map<String, Object>>) at(manifest, path);
    }

    private Map<String, Object> manifest(String kind, String name) {
        return all.stream()
                .filter(each -> kind.equals(each.get("kind"))
                        && at(each, "metadata", "name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    // ---- each by itself

    @Test
    void fieldsAreThoseOfTheirKind() throws IOException {
        Map<String, Object> shapes = yaml().load(Files.readString(SHAPES));
        List<String> wrong = new ArrayList<>();
        for (Map<String, Object> manifest : all) {
            String kind = String.valueOf(manifest.get("kind"));
            check(kind, shapes.get(kind), manifest, wrong);
        }
        assertThat(wrong).isEmpty();
        assertThat(all).extracting(each -> each.get("kind")).contains("Service", "Deployment", "NetworkPolicy");
    }

    /** The check itself. */
    @Test
    void mistakesAreNoticed() throws IOException {
        Map<String, Object> shapes = yaml().load(Files.readString(SHAPES));
        List<String> wrong = new ArrayList<>();
        check("Service", shapes.get("Service"), yaml().load("""
                        apiVersion: v2
                        kind: Service
                        metadata: {name: Shop}
                        spec: {selectors: {app: shop}, ports: [{name: http, port: "80"}]}
                        """), wrong);
        assertThat(wrong)
                .containsExactlyInAnyOrder(
                        "Service.apiVersion: v2",
                        "Service.metadata.name: Shop",
                        "Service.spec: no selector",
                        "Service.spec: there is no selectors",
                        "Service.spec.ports[0].port: 80");
    }

    private static void check(String where, @Nullable Object shape, @Nullable Object value, List<String> wrong) {
        if (shape instanceof Map<?, ?> fields) {
            checkFields(where, fields, value instanceof Map<?, ?> given ? given : Map.of(), wrong);
        } else if (shape instanceof List<?> list && value instanceof List<?> given) {
            for (int i = 0; i < given.size(); i++) {
                check(where + "[" + i + "]", list.get(0), given.get(i), wrong);
            }
        } else if (shape == null || !fits(String.valueOf(shape), value)) {
            wrong.add(where + ": " + value);
        }
    }

    private static void checkFields(String where, Map<?, ?> fields, Map<?, ?> given, List<String> wrong) {
        Set<Object> unknown = new HashSet<>(given.keySet());
        fields.forEach((field, shape) -> {
            String name = String.valueOf(field).replace("?", "");
            unknown.remove(name);
            if (given.containsKey(name)) {
                check(where + "." + name, shape, given.get(name), wrong);
            } else if (name.equals(field)) {
                wrong.add(where + ": no " + name);
            }
        });
        unknown.forEach(name -> wrong.add(where + ": there is no " + name));
    }

    private static boolean fits(String shape, @Nullable Object value) {
        if (shape.startsWith("=")) {
            return shape.substring(1).equals(value);
        }
        return switch (shape) {
            case "flag" -> value instanceof Boolean;
            case "number" -> value instanceof Integer number && number >= 0;
            case "port" -> value instanceof Integer port && port > 0 && port < 65_536;
            case "portOrName" -> fits("port", value) || fits("name", value);
            case "labels" ->
                value instanceof Map<?, ?> labels
                        && !labels.isEmpty()
                        && labels.values().stream().allMatch(each -> fits("label", each));
            default -> value instanceof String text && text.matches(Objects.requireNonNull(PATTERNS.get(shape)));
        };
    }

    // ---- together

    @Test
    void allSpeakOfTheSamePods() {
        Object pods = at(manifest("Deployment", "shop"), "spec", "template", "metadata", "labels");
        assertThat(at(manifest("Deployment", "shop"), "spec", "selector", "matchLabels"))
                .isEqualTo(pods);
        assertThat(at(manifest("Service", "shop"), "spec", "selector")).isEqualTo(pods);
        assertThat(at(manifest("Service", "shop-members"), "spec", "selector")).isEqualTo(pods);
        assertThat(at(manifest("NetworkPolicy", "shop"), "spec", "podSelector", "matchLabels"))
                .isEqualTo(pods);
    }

    @Test
    void onlyMembersReachThePortOfMembers() {
        List<Map<String, Object>> rules = list(manifest("NetworkPolicy", "shop"), "spec", "ingress");
        List<Map<String, Object>> forMembers = rules.stream()
                .filter(rule -> at(rule, "ports", 0, "port").equals(7800))
                .toList();
        assertThat(forMembers).singleElement().satisfies(rule -> {
            List<Map<String, Object>> from = list(rule, "from");
            assertThat(from).hasSize(1);
            assertThat(at(from.get(0), "podSelector", "matchLabels")).isEqualTo(Map.of("app", "shop"));
        });
        assertThat(rules).allSatisfy(rule -> assertThat(list(rule, "ports")).hasSize(1));
    }

    @Test
    void environmentMakesAMemberThatFindsTheOthers() {
        List<Map<String, Object>> variables =
                list(manifest("Deployment", "shop"), "spec", "template", "spec", "containers", 0, "env");
        Map<String, Object> given = new HashMap<>();
        for (Map<String, Object> variable : variables) {
            given.put(String.valueOf(variable.get("name")), variable.getOrDefault("value", "10.1.2.3"));
        }
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, given));

        InParallelClusterProperties properties = Binder.get(environment)
                .bind("inparallel.cluster", InParallelClusterProperties.class)
                .get();

        assertThat(properties.enabled()).isTrue();
        assertThat(properties.bindAddress()).isEqualTo("10.1.2.3");
        assertThat(properties.secret()).isNotNull();
        assertThat(properties.discovery()).isEqualTo(InParallelClusterProperties.Discovery.DNS);
        Map<String, Object> service = manifest("Service", Objects.requireNonNull(properties.dnsQuery()));
        assertThat(at(service, "spec", "clusterIP")).isEqualTo("None");
        assertThat(at(service, "spec", "ports", 0, "port")).isEqualTo(properties.port());
        assertThat(environment.getProperty("inparallel.pool.spread")).isEqualTo("cluster");
    }
}
