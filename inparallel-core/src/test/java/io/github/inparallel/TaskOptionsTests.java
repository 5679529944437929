package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TaskOptionsTests { // B41

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> TaskOptions.timeout(Duration.ZERO)).hasMessageContaining("timeout: 0s");
        assertThatThrownBy(() -> TaskOptions.timeout(Duration.ofSeconds(-1))).hasMessageContaining("> 0");
        assertThatThrownBy(() -> TaskOptions.retries(-1)).hasMessageContaining("retries: -1");
        assertThat(TaskOptions.retries(0).retries()).isZero();
    }
}
