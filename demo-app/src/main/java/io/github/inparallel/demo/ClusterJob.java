package io.github.inparallel.demo;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.WaitFor;
import io.github.inparallel.WorkerLostException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Asks all servers, by members of a cluster, and has one member killed while it runs two tasks: one that may not be tried
 * again, and one that may.
 */
@Component
final class ClusterJob {

    /** The host whose task waits until its member is killed, and may not be tried again. */
    static final String DOOMED_HOST = "golf";

    private static final String ROW = "%-8s  %-8s  %10s  %6s  %s%n";

    private final HostProbe probe;
    private final WaitFor waitFor;

    ClusterJob(HostProbe probe, WaitFor waitFor) {
        this.probe = probe;
        this.waitFor = waitFor;
    }

    /** What became of a task. */
    private record Row(Result result, String member) {}

    /** One run. */
    private final class Run {

        private final Map<String, String> names;
        private final Consumer<String> kill;
        private final PrintStream out;
        private final Map<String, CompletableFuture<Answer>> inFlight = new LinkedHashMap<>(); // by host
        private final Map<String, Row> rows = new TreeMap<>(); // by host
        private String killed = ""; // address
        private List<String> triedAgain = List.of(); // hosts

        Run(Map<String, String> names, Consumer<String> kill, PrintStream out) {
            this.names = names;
            this.kill = kill;
            this.out = out;
        }

        void ask(List<Server> servers, int atOnce) {
            out.printf("Asking %d hosts, %d at a time%n", servers.size(), atOnce);
            List<CompletableFuture<Answer>> running = new ArrayList<>();
            Iterator<Server> left = servers.iterator();
            for (Optional<CompletableFuture<Answer>> done : waitFor.drain(running, atOnce)) {
                if (done.isPresent()) {
                    ended(done.get(), servers.size());
                } else if (left.hasNext()) {
                    Server server = left.next();
                    CompletableFuture<Answer> future = server.name().equals(DOOMED_HOST)
                            ? probe.hang(server, TaskOptions.declared())
                            : probe.unameSlowly(server);
                    inFlight.put(server.name(), future);
                    running.add(future);
                }
                killTheMemberOfTheDoomed(!left.hasNext());
            }
        }

        private void ended(CompletableFuture<Answer> future, int total) {
            String host = inFlight.entrySet().stream()
                    .filter(each -> each.getValue() == future)
                    .findFirst()
                    .orElseThrow()
                    .getKey();
            inFlight.remove(host);
            Row row = new Row(Result.of(host, future), name(member(future)));
            rows.put(host, row);
            out.printf(
                    "[%d/%d] %s, %s%s: %s%n",
                    rows.size(),
                    total,
                    host,
                    row.member(),
                    triedAgain.contains(host) ? ", after " + name(Optional.of(killed)) + " was lost" : "",
                    brief(row));
        }

        /** Kills it when it runs another task too; or when there is hardly anything left to do. */
        private void killTheMemberOfTheDoomed(boolean last) {
            CompletableFuture<Answer> doomed = inFlight.get(DOOMED_HOST);
            Optional<String> where = doomed == null ? Optional.empty() : member(doomed);
            if (!killed.isEmpty() || where.isEmpty()) {
                return;
            }
            List<String> beside = inFlight.entrySet().stream()
                    .filter(each ->
                            each.getValue() != doomed && member(each.getValue()).equals(where))
                    .map(Map.Entry::getKey)
                    .toList();
            if (beside.isEmpty() && !(last && inFlight.size() <= 2)) {
                return;
            }
            killed = where.get();
            triedAgain = beside;
            out.printf(
                    "%n%s is killed now, as if its machine had lost its power. It was running %s.%n%n",
                    name(where), String.join(" and ", withDoomed(beside)));
            kill.accept(killed);
        }

        private static List<String> withDoomed(Collection<String> beside) {
            List<String> all = new ArrayList<>(List.of(DOOMED_HOST));
            all.addAll(beside);
            return all;
        }

        /** Names the member, not its address. */
        private String brief(Row row) {
            return row.result().brief().replace("member " + killed, row.member());
        }

        private Row row(String host) {
            return Objects.requireNonNull(rows.get(host));
        }

        private String name(Optional<String> address) {
            return address.map(known -> names.getOrDefault(known, known)).orElse("here");
        }

        private static Optional<String> member(CompletableFuture<Answer> future) {
            return TaskFuture.of(future).flatMap(TaskFuture::member);
        }

        void tell() {
            out.printf("%n" + ROW, "host", "where", "worker pid", "ms", "output");
            rows.forEach((host, row) -> out.printf(
                    ROW,
                    host,
                    row.member(),
                    row.result().workerPid().isPresent()
                            ? row.result().workerPid().getAsLong()
                            : "-",
                    row.result() instanceof Result.Answered answered
                            ? answered.answer().took().toMillis()
                            : "-",
                    brief(row)));
            Map<String, Long> answers = rows.values().stream()
                    .filter(row -> row.result() instanceof Result.Answered)
                    .collect(Collectors.groupingBy(Row::member, TreeMap::new, Collectors.counting()));
            out.printf(
                    "%d of %d hosts answered: %s%n",
                    answers.values().stream().mapToLong(Long::longValue).sum(),
                    rows.size(),
                    answers.entrySet().stream()
                            .map(each -> each.getValue() + " by " + each.getKey())
                            .collect(Collectors.joining(", ")));
            tellWhatBecameOfTheKilledOnes();
        }

        private void tellWhatBecameOfTheKilledOnes() {
            if (killed.isEmpty()) {
                return;
            }
            String member = name(Optional.of(killed));
            out.printf("%nWhat became of the tasks of %s:%n", member);
            out.printf(
                    "  %s failed with a WorkerLostException that names the member: its method says nothing of retries,%n"
                            + "  so nobody knows whether it may run twice, and the caller decides%n",
                    DOOMED_HOST);
            triedAgain.forEach(host -> out.printf(
                    "  %s ran again, at %s, and answered: its method has retries = 1%n",
                    host, row(host).member()));
            out.println("The members that are left went on as if nothing had happened.");
        }

        /** Whether just the doomed one failed, since its member was lost, and what ran beside it ran elsewhere. */
        boolean isAsMeant() {
            Row doomed = row(DOOMED_HOST);
            return doomed.result() instanceof Result.Failed failed
                    && failed.failure() instanceof WorkerLostException lost
                    && lost.member().equals(Optional.of(killed))
                    && rows.values().stream()
                                    .filter(row -> row.result() instanceof Result.Answered)
                                    .count()
                            == rows.size() - 1
                    && triedAgain.stream().noneMatch(host -> row(host).member().equals(doomed.member()));
        }
    }

    /**
     * Asks each server once, prints every result as it comes, and then who ran what.
     *
     * @param names what members are called, by their addresses
     * @param kill ends the member at an address
     * @return whether it is what was to be expected
     */
    boolean run(List<Server> servers, Map<String, String> names, Consumer<String> kill, PrintStream out) {
        Run run = new Run(names, kill, out);
        run.ask(servers, 2 * names.size());
        run.tell();
        return run.isAsMeant();
    }
}
