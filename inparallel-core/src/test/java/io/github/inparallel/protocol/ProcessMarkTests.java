package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What can be told without processes; {@code DaemonTests} and {@code JvmProcessTests} have some. Nothing here ends carriers:
 * a mistake in who they are, such as the mutation profile makes, would end every process of whoever runs the tests.
 */
class ProcessMarkTests {

    @Test
    void markIsOneThatNobodyHas() {
        ProcessMark mark = ProcessMark.create();

        assertThat(mark.word())
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(ProcessMark.create().word());
        assertThat(mark.carriers(Duration.ofSeconds(20))).isEmpty();
    }

    @Test
    void processThatIsNoWorkerHasNone() {
        assertThat(ProcessMark.ofThisProcess()).isEmpty();
    }
}
