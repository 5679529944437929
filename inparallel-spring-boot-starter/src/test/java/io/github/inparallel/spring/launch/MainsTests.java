package io.github.inparallel.spring.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a {@code main} does before, around and after the start of Spring. */
@Tag("process")
@Timeout(240)
class MainsTests {

    @TempDir
    private Path folder;

    @Test
    void workerHasTheValuesThatMainAndItsSurroundingsSet() throws Exception {
        Files.writeString(folder.resolve("application.properties"), "from.directory=here\nfrom.argument=not this one");
        Files.writeString(
                Files.createDirectory(folder.resolve("more")).resolve("application-extra.yml"),
                "from: {location: there}");

        String output = new JavaProcess(folder)
                .options("-Dfrom.property=a b")
                .environment("SPRING_APPLICATION_JSON", "{\"from\":{\"json\":\"j\"}}")
                .environment("SPRING_PROFILES_ACTIVE", "chosen")
                .run(CustomisingMain.class, "--from.argument=it is", "--spring.config.additional-location=file:more/");

        assertThat(output)
                .contains("same Surroundings[properties={from.added=it is, from.argument=it is, from.defaults=it is,"
                        + " from.directory=here, from.initializer=it is, from.json=j, from.location=there,"
                        + " from.main=it is, from.property=a b}, profiles=[extra, chosen]]");
    }

    @Test
    void whatMainDoesAfterTheStartOrWhenItFailsIsNotForWorkers() throws Exception {
        assertThat(new JavaProcess(folder).run(CustomisingMain.class, "--from.argument=x"))
                .contains("same ");

        assertThat(folder.resolve("notes")).hasContent("finally\nafter");
    }

    @Test
    void whatIsAddedToAMainFromOutsideIsInWorkersToo() throws Exception {
        assertThat(new JavaProcess(folder).run(AugmentingMain.class))
                .contains("same Surroundings[properties={from.additions=it is}, profiles=[extra]]");
    }

    @Test
    void workerMayBootAPlainClassAlone() throws Exception {
        assertThat(new JavaProcess(folder)
                        .run(
                                ProbeApplication.class,
                                "--inparallel.worker.sources=" + Probe.class.getName(),
                                "--from.argument=it is"))
                .contains("same Surroundings[properties={from.argument=it is}, profiles=[]]");
    }

    @Test
    void mainThatStartsSpringInAnotherThreadIsNotRunInWorkers() throws Exception {
        assertThat(new JavaProcess(folder).run(ThreadMain.class, "everywhere")).contains("same ");
    }

    @Test
    void applicationThatOnlyWorkersStartInAnotherThreadIsRefusedWithTheRemedy() throws Exception {
        assertThat(new JavaProcess(folder).run(ThreadMain.class, "in-worker", "--inparallel.pool.restart-limit=1"))
                .contains("failed io.github.inparallel.WorkerStartException")
                .contains("Set inparallel.worker.bootstrap to sources");
        assertThat(new JavaProcess(folder).run(ThreadMain.class, "in-worker", "--inparallel.worker.bootstrap=sources"))
                .contains("same ");
    }

    @Test
    void noBeanOfOursIsMadeBeforeAllPostProcessorsAreThere() throws Exception {
        String output = new JavaProcess(folder).run(ProbeApplication.class);

        assertThat(output).contains("same ").doesNotContain("not eligible for getting processed", " ERROR ");
        // Of classes that the other tests of this package have beside it.
        assertThat(output.lines().filter(line -> line.contains(" WARN ")))
                .allMatch(line -> line.contains("are no beans"));
    }
}
