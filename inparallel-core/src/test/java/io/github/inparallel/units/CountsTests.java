package io.github.inparallel.units;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountsTests {

    @Test
    void oneIsSingularAndAllElseIsPlural() {
        assertThat(Counts.text(1, "task waits", "tasks wait")).isEqualTo("1 task waits");
        assertThat(Counts.text(0, "task waits", "tasks wait")).isEqualTo("0 tasks wait");
        assertThat(Counts.text(12, "task", "tasks")).isEqualTo("12 tasks");
    }
}
