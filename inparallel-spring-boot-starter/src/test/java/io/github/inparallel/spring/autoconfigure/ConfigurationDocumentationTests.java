package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The documentation lists the properties that there are, with the metadata's defaults. */
class ConfigurationDocumentationTests {

    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([^|]*) \\| [^|]+ \\|");

    private record Setting(String name, String value) {}

    @Test
    void everyPropertyIsDocumentedWithItsDefault() throws IOException {
        Set<String> inMetadata = new TreeSet<>();
        List<Setting> defaults = new ArrayList<>();
        for (JsonNode property : metadata().get("properties")) {
            String name = property.get("name").asString();
            inMetadata.add(name);
            assertThat(property.get("description")).as(name).isNotNull();
            if (property.has("defaultValue") && !property.get("defaultValue").isArray()) {
                defaults.add(new Setting(name, property.get("defaultValue").asString()));
            }
        }
        Set<String> documented = new TreeSet<>();
        List<Setting> documentedDefaults = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "configuration.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String name = row.group(1).replace(".*", "");
                String full = name.matches("(inparallel|management)\\..*") ? name : "inparallel.pool." + name;
                documented.add(full);
                documentedDefaults.add(new Setting(full, row.group(2)));
            }
        }
        inMetadata.remove("inparallel.pools"); // the same settings again, by name

        documented.remove("inparallel.cluster"); // of another module, which looks after them itself
        inMetadata.remove("inparallel.cluster");

        assertThat(documented).isEqualTo(inMetadata);
        assertThat(documentedDefaults).containsAll(defaults);
    }

    private static JsonNode metadata() throws IOException {
        try (InputStream json = ConfigurationDocumentationTests.class.getResourceAsStream(
                "/META-INF/spring-configuration-metadata.json")) {
            return JsonMapper.builder().build().readTree(Objects.requireNonNull(json));
        }
    }
}
