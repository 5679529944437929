package io.github.inparallel.demo;

import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.TaskTimeoutException;
import io.github.inparallel.WaitFor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What can be done about tasks that give trouble: a limit of time, another try, and giving up. */
@Component
final class Troubles {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String OURS = Troubles.class.getPackageName() + ".";
    private static final Map<String, Class<? extends Throwable>> EXPECTED =
            Map.of("timed out", TaskTimeoutException.class, "cancelled", CancellationException.class);

    private final HostProbe probe;
    private final WaitFor waitFor;

    Troubles(HostProbe probe, WaitFor waitFor) {
        this.probe = probe;
        this.waitFor = waitFor;
    }

    /**
     * Makes three calls at once and prints what becomes of each.
     *
     * @return whether it is what was to be expected
     */
    boolean run(List<Server> servers, PrintStream out) throws IOException {
        out.printf(
                "%nThree calls in trouble: one loses its worker and has another try, one has %d seconds and hangs,%n"
                        + "one is cancelled as soon as it says that it has begun%n",
                PATIENCE.toSeconds());
        Path fuse = Files.createTempFile("fuse", null);
        CompletableFuture<Answer> triedAgain = probe.crashOnce(servers.get(0), fuse);
        CompletableFuture<Answer> hanging = probe.hang(servers.get(1), TaskOptions.timeout(PATIENCE));
        CompletableFuture<Answer> givenUp = probe.hang(servers.get(2), TaskOptions.declared());
        TaskFuture.of(givenUp).ifPresent(task -> task.onProgress(begun -> task.cancel(true)));

        List<CompletableFuture<Answer>> inFlight = new ArrayList<>(List.of(triedAgain, hanging, givenUp));
        List<Result> results = new ArrayList<>();
        for (CompletableFuture<Answer> done : waitFor.drain(inFlight)) {
            String name = done == triedAgain ? "tried again" : done == hanging ? "timed out" : "cancelled";
            Result result = Result.of(name, done);
            results.add(result);
            out.printf("[%s] %s%n%s", result.host(), result.text(), whereItWas(result));
        }
        Files.deleteIfExists(fuse); // it is still there if there was no worker to use it
        return results.stream().allMatch(Troubles::isAsExpected);
    }

    private static boolean isAsExpected(Result result) {
        Class<? extends Throwable> expected = EXPECTED.get(result.host());
        return result instanceof Result.Failed failed
                ? expected != null && expected.isInstance(failed.failure())
                : expected == null;
    }

    /** Where in the worker a task was when its time was over: the place, and what of it is ours. */
    private static String whereItWas(Result result) {
        if (result instanceof Result.Failed failed && failed.failure().getCause() != null) {
            StackTraceElement[] frames = failed.failure().getCause().getStackTrace();
            return Stream.concat(
                            Stream.of(frames).limit(1),
                            Stream.of(frames)
                                    .skip(1)
                                    .filter(frame -> frame.getClassName().startsWith(OURS))
                                    .limit(3))
                    .map(frame -> "    at " + frame + System.lineSeparator())
                    .collect(Collectors.joining());
        }
        return "";
    }
}
