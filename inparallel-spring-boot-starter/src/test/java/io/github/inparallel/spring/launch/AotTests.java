package io.github.inparallel.spring.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application processed ahead of time, as Spring Boot's build plugins do it. */
@Tag("process")
@Timeout(300)
class AotTests {

    @TempDir
    private Path folder;

    @Test
    void applicationAndWorkersStartFromGeneratedCode() throws Exception {
        List<String> classPath = processAheadOfTime(AotMain.class);

        assertThat(run(classPath))
                .contains("here: [application, from generated code, ready, ticked]")
                .contains("there: [worker, from generated code]");
        assertThat(run(classPath, "--inparallel.worker.bootstrap=sources"))
                .contains("there: [worker, from generated code]");
        assertThat(run(classPath, "--inparallel.worker.sources=" + AotMain.class.getName()))
                .contains("there: [worker, from annotations]");
        assertThat(folder.resolve("resources/META-INF/native-image/g/a/reachability-metadata.json"))
                .content()
                .contains(
                        "io.github.inparallel.worker.WorkerMain",
                        "io.github.inparallel.spring.worker.SpringWorkerBootstrap",
                        "inparallel\\/spring\\/logging\\/*.xml");
    }

    private String run(List<String> classPath, String... arguments) throws IOException, InterruptedException {
        return new JavaProcess(folder)
                .classPath(classPath)
                .options("-Dspring.aot.enabled=true")
                .run(AotMain.class, arguments);
    }

    private List<String> processAheadOfTime(Class<?> main) throws IOException, InterruptedException {
        Path sources = folder.resolve("sources");
        Path resources = folder.resolve("resources");
        Path classes = folder.resolve("classes");
        try (JavaProcess.Running processor = new JavaProcess(folder)
                .start(
                        "org.springframework.boot.SpringApplicationAotProcessor",
                        List.of(
                                main.getName(),
                                sources.toString(),
                                resources.toString(),
                                classes.toString(),
                                "g",
                                "a"))) {
            processor.awaitEnd();
        }
        List<String> compile = new ArrayList<>(List.of(
                "-proc:none",
                "-nowarn",
                "-d",
                classes.toString(),
                "-cp",
                classes + File.pathSeparator + String.join(File.pathSeparator, JavaProcess.ownClassPath())));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(compile::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, compile.toArray(String[]::new)))
                .isZero();
        List<String> classPath = new ArrayList<>(List.of(classes.toString(), resources.toString()));
        classPath.addAll(JavaProcess.ownClassPath());
        return classPath;
    }
}
