package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What can be told without processes; {@code DaemonTests} and {@code JvmProcessTests} have some. Nothing here ends carriers:
 * a mistake in who they are, such as the mutation profile makes, would end every process of whoever runs the tests.
 */
class ProcessMarkTests {

    @Test
    void markIsOneThatNobodyHas() {
        ProcessMark mark = ProcessMark.create();

        assertThat(mark.value(null))
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(ProcessMark.create().value(null));
        assertThat(mark.carriers(Duration.ofSeconds(20))).isEmpty();
    }

    @Test
    void processThatIsNoWorkerHasNone() {
        assertThat(ProcessMark.ofThisProcess()).isEmpty();
    }

    @Test
    void markIsAddedToAMarkAndReplacesAnythingElse() {
        String outer = ProcessMark.create().value(null);
        ProcessMark mark = ProcessMark.create();
        String word = mark.value(null);

        assertThat(mark.value(outer)).isEqualTo(outer + ":" + word);
        assertThat(mark.value(outer + ":" + outer)).isEqualTo(outer + ":" + outer + ":" + word);
        assertThat(mark.value("none")).isEqualTo(word);
        assertThat(mark.value("")).isEqualTo(word);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void carriersHaveTheWordAsOneOfThoseInTheVariable() throws Exception {
        ProcessMark mark = ProcessMark.create();
        String word = mark.value(null);
        String other = ProcessMark.create().value(null);
        String variable = ProcessMark.VARIABLE;
        List<Process> carriers = new ArrayList<>();
        List<Process> others = new ArrayList<>();
        try {
            for (String value : List.of(word, other + ":" + word, word + ":" + other)) {
                carriers.add(sleep(variable, value));
            }
            others.add(sleep(variable, word + "0"));
            others.add(sleep(variable, "0" + word));
            others.add(sleep(variable, other));
            others.add(sleep("MY_" + variable, word));
            others.add(sleep("TEXT", "with " + variable + "=" + word));

            assertThat(mark.carriers(Duration.ofSeconds(20)).stream().map(ProcessHandle::pid))
                    .containsExactlyInAnyOrderElementsOf(
                            carriers.stream().map(Process::pid).toList());
        } finally {
            carriers.forEach(Process::destroyForcibly);
            others.forEach(Process::destroyForcibly);
        }
    }

    /** Between the two there may be no environment to read, or the old one ends in the middle. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void carrierThatChangesToAnotherProgramIsFoundOrUnclear(@TempDir Path folder) throws Exception {
        Path script = Files.writeString(folder.resolve("again"), "#!/bin/sh\nexec \"$0\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        ProcessMark mark = ProcessMark.create();
        ProcessBuilder builder = new ProcessBuilder(script.toString());
        builder.environment().put(ProcessMark.VARIABLE, mark.value(null));
        List<Process> carriers = List.of(builder.start(), builder.start(), builder.start());
        try {
            for (int i = 0; i < 150; i++) {
                Set<Long> seen = new HashSet<>();
                mark.look(System.nanoTime() + Duration.ofSeconds(20).toNanos(), seen, found -> seen.add(found.pid()));
                assertThat(seen).containsAll(carriers.stream().map(Process::pid).toList());
            }
        } finally {
            carriers.forEach(Process::destroyForcibly);
        }
    }

    private static Process sleep(String variable, String value) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "60");
        builder.environment().put(variable, value);
        return builder.start();
    }
}
