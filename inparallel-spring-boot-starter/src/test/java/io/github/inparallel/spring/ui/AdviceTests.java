package io.github.inparallel.spring.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit.Cause;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page and the table of faults say the same. */
class AdviceTests {

    private static final Path TABLE = Path.of("../docs/operations.md");

    @ParameterizedTest
    @EnumSource
    void isInTheTableOfFaults(Advice advice) throws Exception {
        assertThat(Files.readString(TABLE)).contains("| " + advice.text() + " |");
    }

    @ParameterizedTest
    @EnumSource
    void eachCauseOfAnEndHasSome(Cause cause) {
        assertThat(Advice.about(cause).text()).endsWith(".");
    }
}
