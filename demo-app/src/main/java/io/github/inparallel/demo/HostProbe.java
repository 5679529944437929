package io.github.inparallel.demo;

import io.github.inparallel.InParallel;
import java.io.IOException;
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
        Instant began = Instant.now();
        try {
            String output = run(server, "uname -a");
            long pid = ProcessHandle.current().pid();
            return CompletableFuture.completedFuture(new Answer(pid, began, Instant.now(), output));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
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

    private static String run(Server server, String command) throws IOException {
        try (Login login = Login.to(server)) {
            return login.run(command).strip();
        }
    }
}
