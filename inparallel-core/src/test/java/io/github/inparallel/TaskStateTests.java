package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How states are told to people and to metrics. */
class TaskStateTests {

    @Test
    void endsHaveTheLabelsOfTheContract() {
        assertThat(Arrays.stream(TaskState.values()).filter(TaskState::isEnd).map(TaskState::label))
                .containsExactly("success", "error", "timeout", "cancelled", "worker-lost", "refused");
    }
}
