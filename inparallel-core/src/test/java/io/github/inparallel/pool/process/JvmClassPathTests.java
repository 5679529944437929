package io.github.inparallel.pool.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.pool.PoolOptions;
import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JvmClassPathTests {

    private static final Map<String, String> ANOTHER =
            Map.of("java.class.path", "lib/a b.jar" + File.pathSeparator + "/opt/classes" + File.pathSeparator);

    @Test
    void isTheApplicationsOwn() {
        assertThat(JvmClassPath.of(PoolOptions.builder().build())).isEqualTo(System.getProperty("java.class.path"));
    }

    @Test
    void isWhatTheWorkersSystemPropertyNames() {
        assertThat(JvmClassPath.of(
                        PoolOptions.builder().systemProperties(ANOTHER).build()))
                .isEqualTo(ANOTHER.get("java.class.path"));
    }

    @Test
    void isAbsoluteWhereTheWorkingDirectoryIsAnother() { // an empty entry is the working directory itself
        assertThat(JvmClassPath.of(PoolOptions.builder()
                        .systemProperties(ANOTHER)
                        .workingDirectory(Path.of("elsewhere"))
                        .build()))
                .isEqualTo(String.join(
                        File.pathSeparator,
                        Path.of("lib/a b.jar").toAbsolutePath().toString(),
                        "/opt/classes",
                        Path.of("").toAbsolutePath().toString()));
    }
}
