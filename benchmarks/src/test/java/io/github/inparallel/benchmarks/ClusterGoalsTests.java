package io.github.inparallel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goals are of figures that their own measure's trials have: a contender that is named otherwise would never be measured. */
class ClusterGoalsTests {

    private static final Setting SETTING =
            new Setting(Path.of("/jdk"), Effort.full(1, true), Path.of("/home"), Path.of("/work"));

    private static List<Goal> goals(Measure measure, List<String> figures, double value) {
        Results results = new Results("17.0.1");
        for (Trial trial : measure.trials(SETTING)) {
            figures.forEach(figure ->
                    results.add(new Measurement(measure.id(), trial.contender(), trial.prefix() + figure, "", value)));
        }
        return measure.goals(results);
    }

    @Test
    void everyGoalOfRemoteLatencyIsMeasured() {
        assertThat(goals(new M9RemoteLatency(), List.of("p50", "p99"), 100))
                .isNotEmpty()
                .allSatisfy(goal -> assertThat(goal.actual()).isPresent())
                .allSatisfy(goal -> assertThat(goal.verdict()).isEqualTo("met"));
    }

    @Test
    void everyGoalOfRemoteThroughputIsMeasured() {
        assertThat(goals(new M10RemoteThroughput(), List.of("throughput"), 100))
                .isNotEmpty()
                .allSatisfy(goal -> assertThat(goal.actual()).hasValue(1))
                .allSatisfy(goal -> assertThat(goal.verdict()).isEqualTo("met"));
    }

    @Test
    void membersThatAddNothingMissTheirGoal() {
        List<String> figures = List.of("throughput", "small calls alone, p99", "small calls beside 32 MiB, p99");

        assertThat(goals(new M11Members(), figures, 100))
                .allSatisfy(goal -> assertThat(goal.actual()).hasValue(1))
                .extracting(Goal::verdict)
                .containsExactly("**not met**", "**not met**", "met", "met");
    }

    @Test
    void withoutPeersOnlyOursAreMeasured() {
        Setting alone = new Setting(Path.of("/jdk"), Effort.quick(false), Path.of("/home"), Path.of("/work"));

        for (Measure measure : List.of(new M9RemoteLatency(), new M10RemoteThroughput(), new M11Members())) {
            assertThat(measure.trials(alone))
                    .isNotEmpty()
                    .allSatisfy(trial -> assertThat(trial.contender()).startsWith("inparallel"));
        }
    }
}
