package io.github.inparallel.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The documentation names all properties of this module, and no others. */
class ClusterDocumentationTests {

    private static final Pattern MENTION = Pattern.compile("inparallel\\.cluster\\.[a-z]+[a-z.-]*[a-z]");
    private static final Pattern YAML = Pattern.compile("^```yaml\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void propertiesThatAreDocumentedAreThoseThatThereAre() throws IOException {
        Set<String> documented = new TreeSet<>();
        String text = Files.readString(Path.of("..", "docs", "cluster.md"));
        MENTION.matcher(text).results().forEach(mention -> documented.add(mention.group()));
        documented.removeAll(Set.of("inparallel.cluster.members")); // a meter has this name, too

        Set<String> known = known();
        known.remove("inparallel.cluster.members");

        documented.remove("inparallel.cluster.tasks"); // a meter
        assertThat(documented).isEqualTo(known);
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("..", "docs"))) {
            return Stream.concat(
                    Stream.of(Path.of("..", "README.md")),
                    docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList() // while the folder is open
                    .stream();
        }
    }

    /** Within sentences and in blocks of every page, also of pages that are still to be written. */
    @ParameterizedTest
    @MethodSource("files")
    void propertiesThatAreMentionedExist(Path file) throws IOException {
        String text = Files.readString(file);
        Set<String> mentioned = new TreeSet<>();
        MENTION.matcher(text).results().forEach(mention -> mentioned.add(mention.group()));
        for (MatchResult block : YAML.matcher(text).results().toList()) {
            mentioned.addAll(ofCluster(block.group(1)));
        }
        mentioned.remove("inparallel.cluster.tasks"); // a meter

        assertThat(known()).containsAll(mentioned);
    }

    private static Set<String> ofCluster(String yaml) throws IOException {
        Set<String> names = new TreeSet<>();
        ByteArrayResource text = new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8));
        for (PropertySource<?> source : new YamlPropertySourceLoader().load("block", text)) {
            for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                if (name.startsWith("inparallel.cluster.")) {
                    names.add(name.replaceFirst("\\[\\d+]$", "")); // of a list
                }
            }
        }
        return names;
    }

    private static Set<String> known() throws IOException {
        Set<String> known = new TreeSet<>();
        for (JsonNode property : metadata().get("properties")) {
            known.add(property.get("name").asString());
            assertThat(property.get("description")).isNotNull();
        }
        return known;
    }

    private static JsonNode metadata() throws IOException {
        try (InputStream json = Objects.requireNonNull(InParallelClusterProperties.class.getResourceAsStream(
                "/META-INF/spring-configuration-metadata.json"))) {
            return JsonMapper.builder().build().readTree(json);
        }
    }
}
