package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.pool.process.cache.ClassPathEntry;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the class loader of an executable jar says of its class path. */
class ExecutableJarClassPathTests {

    @Test
    void urlsOfTheLoaderBecomeEntries() throws Exception {
        assertThat(ExecutableJarClassPath.entry("jar:nested:/opt/my%20app/app.jar/!BOOT-INF/classes/!/"))
                .isEqualTo(new ClassPathEntry(Path.of("/opt/my app/app.jar"), "BOOT-INF/classes/"));
        assertThat(ExecutableJarClassPath.entry("jar:nested:/opt/app.war/!WEB-INF/lib/a-1.0.jar!/"))
                .isEqualTo(new ClassPathEntry(Path.of("/opt/app.war"), "WEB-INF/lib/a-1.0.jar"));
        assertThat(ExecutableJarClassPath.entry("file:/opt/more/"))
                .isEqualTo(new ClassPathEntry(Path.of("/opt/more"), ""));
        assertThat(ExecutableJarClassPath.entry("jar:file:/opt/more.jar!/"))
                .isEqualTo(new ClassPathEntry(Path.of("/opt/more.jar"), ""));
        assertThatThrownBy(() -> ExecutableJarClassPath.entry("https://example.org/a.jar"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNotKnownIsNoClassPath() throws Exception {
        URL[] remote = {new URL("https://example.org/a.jar")};
        try (URLClassLoader loader = new URLClassLoader(remote, null)) {
            assertThat(ExecutableJarClassPath.of(loader)).isEmpty();
        }
    }
}
