package io.github.inparallel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other builds read of a module says nothing that depends on them: no parent, whose profiles they could activate. */
class PublishedPomTests {

    @ParameterizedTest
    @ValueSource(strings = {"inparallel-core", "inparallel-spring-boot-starter", "inparallel-cluster"})
    void standsAlone(String module) throws IOException {
        String pom = Files.readString(Path.of("..", module, ".flattened-pom.xml"));

        assertThat(pom)
                .contains("<artifactId>" + module + "</artifactId>", "<licenses>", "<scm ", "<developers>")
                .doesNotContain("<parent>", "${", "<profile>", "<scope>test</scope>");
    }
}
