package io.github.inparallel.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.demo.Result.Answered;
import io.github.inparallel.demo.Result.Failed;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SummaryTests {

    @Test
    void rendersATableInTheOrderOfTheNames() {
        Summary summary = new Summary(List.of(
                new Failed("charlie", OptionalLong.empty(), new IOException("no worker started")),
                answered("bravo", 12345, 0, 1500),
                new Failed("delta", OptionalLong.of(12345), new IOException("refused\nwith a second line")),
                answered("alpha", 678, 10, 48)));

        assertThat(summary.render()).isEqualToNormalizingNewlines("""
                        host      worker pid      ms  output
                        alpha            678      38  Linux alpha
                        bravo          12345    1500  Linux bravo
                        charlie            -       -  IOException: no worker started
                        delta          12345       -  IOException: refused
                        2 of 4 hosts answered; 2 worker processes, at most 2 tasks at once
                        """);
    }

    @Test
    void failedHostsAreThoseWithoutAnAnswer() {
        Summary summary = new Summary(List.of(
                answered("alpha", 1, 0, 1), new Failed("bravo", OptionalLong.of(2), new IOException("refused"))));

        assertThat(summary.failedHosts()).containsExactly("bravo");
    }

    @Test
    void tasksThatFollowEachOtherAreNotAtOnce() {
        Summary summary = new Summary(List.of(answered("alpha", 1, 0, 10), answered("bravo", 1, 10, 20)));

        assertThat(summary.mostAtOnce()).isEqualTo(1);
    }

    @Test
    void tasksThatOverlapAreAtOnce() {
        Summary summary = new Summary(
                List.of(answered("alpha", 1, 0, 30), answered("bravo", 2, 5, 12), answered("charlie", 3, 10, 20)));

        assertThat(summary.mostAtOnce()).isEqualTo(3);
    }

    @Test
    void nothingRunsAtOnceWhereNobodyAnswered() {
        assertThat(new Summary(List.of()).mostAtOnce()).isZero();
    }

    private static Result answered(String host, long pid, long beganMillis, long endedMillis) {
        Instant began = Instant.ofEpochMilli(beganMillis);
        Instant ended = Instant.ofEpochMilli(endedMillis);
        return new Answered(host, OptionalLong.of(pid), new Answer(pid, began, ended, "Linux " + host));
    }
}
