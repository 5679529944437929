package io.github.inparallel.demo;

import io.github.inparallel.WaitFor;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/**
 * Asks all servers, three at a time: the second example of the Python original. One server is given a wrong password,
 * and one task crashes its worker on demand, to show what the caller gets; the others answer all the same.
 */
@Component
final class Job {

    /** The host that refuses the login. */
    static final String REFUSING_HOST = "delta";

    /** The host whose task crashes its worker. */
    static final String CRASHING_HOST = "golf";

    private static final int AT_ONCE = 3;

    private final HostProbe probe;
    private final WaitFor waitFor;

    Job(HostProbe probe, WaitFor waitFor) {
        this.probe = probe;
        this.waitFor = waitFor;
    }

    /** Asks each server once, prints every result as it comes and then the summary. */
    Summary run(List<Server> servers, boolean crash, PrintStream out) {
        out.printf(
                "Asking %d hosts, %d at a time; the application is process %d%n",
                servers.size(), AT_ONCE, ProcessHandle.current().pid());
        List<Result> results = new ArrayList<>();
        Iterator<Server> left = servers.iterator();
        IdentityHashMap<CompletableFuture<Answer>, Server> asked = new IdentityHashMap<>();
        List<CompletableFuture<Answer>> inFlight = new ArrayList<>();
        for (Optional<CompletableFuture<Answer>> done : waitFor.drain(inFlight, AT_ONCE)) {
            if (done.isPresent()) {
                Server server = Objects.requireNonNull(asked.remove(done.get()));
                results.add(Result.of(server.name(), done.get()));
                printProgress(results, servers.size(), out);
            } else if (left.hasNext()) {
                Server server = left.next();
                CompletableFuture<Answer> future = ask(server, crash);
                asked.put(future, server);
                inFlight.add(future);
            }
        }
        Summary summary = new Summary(results);
        out.printf("%n%s", summary.render());
        return summary;
    }

    private CompletableFuture<Answer> ask(Server server, boolean crash) {
        if (crash && server.name().equals(CRASHING_HOST)) {
            return probe.crash(server);
        }
        if (server.name().equals(REFUSING_HOST)) {
            return probe.uname(server.withPassword("not the password"));
        }
        return probe.uname(server);
    }

    private static void printProgress(List<Result> results, int total, PrintStream out) {
        Result newest = results.get(results.size() - 1);
        String worker =
                newest.workerPid().isPresent() ? "worker " + newest.workerPid().getAsLong() : "no worker";
        out.printf("[%d/%d] %s, %s: %s%n", results.size(), total, newest.host(), worker, newest.text());
    }
}
