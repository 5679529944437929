package io.github.inparallel.demo;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.TaskOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/** Asks hosts what they are. The bodies of its methods run in workers; callers get their futures at once. */
@Component
public class HostProbe {

    /** Exit code of a worker that {@link #crash} ended. */
    static final int CRASH_EXIT_CODE = 3;

    /**
     * Logs in and runs {@code uname -a} there.
     *
     * @return the answer; fails with the {@link IOException} of a login or command that failed
     */
    @InParallel
    public CompletableFuture<Answer> uname(Server server) {
        return ask(server, "uname -a");
    }

    /** The same, but it takes a second there, and may be tried again elsewhere: asking twice does no harm. */
    @InParallel(retries = 1)
    public CompletableFuture<Answer> unameSlowly(Server server) {
        return ask(server, "sleep 1", "uname -a");
    }

    /**
     * Ends its process on the spot, as a fault in native code would, and so never answers. In a worker that is one task
     * lost; without workers ({@code inparallel.mode: in-process}) it is the application.
     */
    @InParallel
    public CompletableFuture<Answer> crash(Server server) {
        Runtime.getRuntime().halt(CRASH_EXIT_CODE);
        return uname(server);
    }

    /**
     * Ends its process while there is a fuse, and uses it up by that. The worker that gets the task next answers.
     *
     * @param fuse a file
     */
    @InParallel(retries = 1)
    public CompletableFuture<Answer> crashOnce(Server server, Path fuse) throws IOException {
        return Files.deleteIfExists(fuse) ? crash(server) : uname(server);
    }

    /**
     * Runs there what waits for input, which never comes, and says when it begins: it ends when a limit or the caller ends
     * it.
     *
     * @param limits of this call
     */
    @InParallel
    public CompletableFuture<Answer> hang(Server server, TaskOptions limits) {
        TaskContext.current().ifPresent(task -> task.progress(0.1, "asks " + server.name()));
        return ask(server, "cat");
    }

    /** Runs the commands one after another; the answer is what the last one has printed. */
    private static CompletableFuture<Answer> ask(Server server, String... commands) {
        Instant began = Instant.now();
        try (Login login = Login.to(server)) {
            String output = "";
            for (String command : commands) {
                output = login.run(command).strip();
            }
            long pid = ProcessHandle.current().pid();
            return CompletableFuture.completedFuture(new Answer(pid, began, Instant.now(), output));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
