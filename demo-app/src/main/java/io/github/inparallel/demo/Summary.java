package io.github.inparallel.demo;

import io.github.inparallel.demo.Result.Answered;
import io.github.inparallel.demo.Result.Failed;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all hosts said: a table in the order of their names, and one line that sums it up. */
record Summary(List<Result> results) {

    private static final String ROW = "%-8s  %10s  %6s  %s%n";

    Summary {
        results = results.stream().sorted(Comparator.comparing(Result::host)).toList();
    }

    /** Names of the hosts that gave no answer. */
    Set<String> failedHosts() {
        return only(Failed.class).map(Failed::host).collect(Collectors.toSet());
    }

    /** How many tasks were running in workers at the same moment at most, of those that answered. */
    long mostAtOnce() {
        List<Answer> answers = only(Answered.class).map(Answered::answer).toList();
        return answers.stream()
                .mapToLong(one -> answers.stream()
                        .filter(other -> other.runsAt(one.began()))
                        .count())
                .max()
                .orElse(0);
    }

    /** The table and the line below it. */
    String render() {
        String rows = results.stream().map(Summary::row).collect(Collectors.joining());
        return ROW.formatted("host", "worker pid", "ms", "output") + rows + total();
    }

    private static String row(Result result) {
        return ROW.formatted(result.host(), orDash(result.workerPid()), orDash(millis(result)), result.brief());
    }

    private String total() {
        long workers = results.stream()
                .map(Result::workerPid)
                .flatMapToLong(OptionalLong::stream)
                .distinct()
                .count();
        return "%d of %d hosts answered; %d worker processes, at most %d tasks at once%n"
                .formatted(only(Answered.class).count(), results.size(), workers, mostAtOnce());
    }

    private static OptionalLong millis(Result result) {
        return result instanceof Answered answered
                ? OptionalLong.of(answered.answer().took().toMillis())
                : OptionalLong.empty();
    }

    private static String orDash(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "-";
    }

    private <R extends Result> Stream<R> only(Class<R> kind) {
        return results.stream().filter(kind::isInstance).map(kind::cast);
    }
}
