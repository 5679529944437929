package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import tools.jackson.databind.json.JsonMapper;

/** What people copy from the documentation works: its Java compiles, its properties exist. */
class SnippetTests {

    private static final String IMPORTS = """
            import io.github.inparallel.*;
            import io.github.inparallel.pool.*;
            import io.github.inparallel.spring.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.*;
            import org.springframework.beans.factory.annotation.*;
            import org.springframework.context.annotation.*;
            import org.springframework.stereotype.*;
            """;
    private static final Pattern DECLARATION =
            Pattern.compile("^(@|(public |abstract |final )*(class|interface|record|enum) )");
    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w./])inparallel(\\.[a-z][a-z.<>-]*[a-z>])");
    // of meters, observations and loggers
    private static final Set<String> NAMES = Set.of(
            "worker.<pool>",
            "tasks.in.flight",
            "tasks.running",
            "tasks.queued",
            "workers",
            "workers.memory",
            "task",
            "task.run",
            "task.active",
            "task.queue",
            "task.retries",
            "worker.startup",
            "worker.starts",
            "worker.exits",
            "payload");

    static Stream<Path> files() throws IOException {
        return Snippet.files().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void javaCompiles(Path file, @TempDir Path classes) throws IOException {
        List<Source> sources = new ArrayList<>();
        for (Snippet snippet : Snippet.in(file, "java")) {
            sources.add(new Source("Snippet" + snippet.line(), unit(snippet)));
        }
        if (!sources.isEmpty()) {
            assertThat(errors(sources, classes)).isEmpty();
        }
    }

    /** Types stand as they are, what is given beside them; statements stand in a method, what is given in its class. */
    private static String unit(Snippet snippet) {
        boolean declares = DECLARATION.matcher(snippet.text()).find();
        String name = "Snippet" + snippet.line();
        return declares
                ? IMPORTS + snippet.given() + "\n" + snippet.text() + "\nclass " + name + " {}"
                : IMPORTS + "class " + name + " {" + snippet.given() + "\nvoid snippet() throws Exception {\n"
                        + snippet.text() + "}}";
    }

    private static List<String> errors(List<Source> sources, Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-classpath", System.getProperty("java.class.path"));
        compiler.getTask(null, null, found, options, null, sources).call();
        return found.getDiagnostics().stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void propertiesOfBlocksExistAndBind(Path file) throws IOException {
        for (Snippet snippet : Snippet.in(file, "yaml", "yml", "properties")) {
            Map<String, Object> properties = properties(snippet);
            Binder binder = new Binder(new MapConfigurationPropertySource(properties));
            assertThatCode(() -> binder.bind(
                            "inparallel",
                            Bindable.of(InParallelProperties.class),
                            new NoUnboundElementsBindHandler(BindHandler.DEFAULT, source -> true)))
                    .as("%s: %s", snippet, properties)
                    .doesNotThrowAnyException();
        }
    }

    private static Map<String, Object> properties(Snippet snippet) throws IOException {
        Map<String, Object> properties = new TreeMap<>();
        if (snippet.language().equals("properties")) {
            Properties read = new Properties();
            read.load(new StringReader(snippet.text()));
            read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
            return properties;
        }
        ByteArrayResource yaml = new ByteArrayResource(snippet.text().getBytes(StandardCharsets.UTF_8));
        for (PropertySource<?> source : new YamlPropertySourceLoader().load("snippet", yaml)) {
            for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                properties.put(name, String.valueOf(source.getProperty(name)));
            }
        }
        return properties;
    }

    /** Also what is said within sentences, on command lines and in environments. */
    @ParameterizedTest
    @MethodSource("files")
    void propertiesThatAreMentionedExist(Path file) throws IOException {
        Set<String> unknown = new TreeSet<>();
        for (MatchResult mention :
                PROPERTY.matcher(Files.readString(file)).results().toList()) {
            String name = mention.group(1).substring(1);
            boolean ofCluster = name.startsWith("cluster"); // another module, which looks after them itself
            if (!ofCluster && !NAMES.contains(name) && !exists("inparallel." + name)) {
                unknown.add(name);
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static boolean exists(String mention) {
        String name = mention.replaceFirst("^inparallel\\.pools\\.(<name>|[a-z-]+)(\\.|$)", "inparallel.pool.")
                .replaceFirst("\\.$", "");
        return UnknownPropertyFailureAnalyzer.known(name).stream()
                .anyMatch(known -> known.equals(name) || known.startsWith(name + ".") || isWithin(known, name));
    }

    private static boolean isWithin(String known, String name) {
        return (known.endsWith("properties") || known.endsWith("environment")) && name.startsWith(known + ".");
    }

    @ParameterizedTest
    @MethodSource("files")
    void jsonIsJson(Path file) throws IOException {
        for (Snippet snippet : Snippet.in(file, "json")) {
            assertThatCode(() -> JsonMapper.shared().readTree(snippet.text()))
                    .as(snippet.toString())
                    .doesNotThrowAnyException();
        }
    }

    /** The check itself: it would hide whatever it does not notice. */
    @Test
    void mistakesAreNoticed(@TempDir Path classes) {
        Source wrong = new Source("Wrong", IMPORTS + "class Wrong { Object x = new WaitFor().drane(null); }");
        assertThat(errors(List.of(wrong), classes)).singleElement().asString().contains("drane");
        assertThat(exists("inparallel.pool.max-worker")).isFalse();
        assertThat(exists("inparallel.pool.max-workers")).isTrue();
        assertThat(exists("inparallel.pools.ocr.heap")).isTrue();
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String code;

        private Source(String name, String code) {
            super(URI.create("string:///" + name + Kind.SOURCE.extension), Kind.SOURCE);
            this.code = code;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
