package io.github.inparallel.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The documentation names all properties of this module, and no others. */
class ClusterDocumentationTests {

    private static final Pattern MENTION = Pattern.compile("inparallel\\.cluster\\.[a-z]+[a-z.-]*[a-z]");

    @Test
    void propertiesThatAreDocumentedAreThoseThatThereAre() throws IOException {
        Set<String> documented = new TreeSet<>();
        String text = Files.readString(Path.of("..", "docs", "cluster.md"));
        MENTION.matcher(text).results().forEach(mention -> documented.add(mention.group()));
        documented.removeAll(Set.of("inparallel.cluster.members")); // a meter has this name, too

        Set<String> known = new TreeSet<>();
        for (JsonNode property : metadata().get("properties")) {
            known.add(property.get("name").asString());
            assertThat(property.get("description")).isNotNull();
        }
        known.remove("inparallel.cluster.members");

        documented.remove("inparallel.cluster.tasks"); // a meter
        assertThat(documented).isEqualTo(known);
    }

    private static JsonNode metadata() throws IOException {
        try (InputStream json = Objects.requireNonNull(InParallelClusterProperties.class.getResourceAsStream(
                "/META-INF/spring-configuration-metadata.json"))) {
            return JsonMapper.builder().build().readTree(json);
        }
    }
}
