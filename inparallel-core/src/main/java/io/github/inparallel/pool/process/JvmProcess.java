package io.github.inparallel.pool.process;

import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.ProcessMark;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A worker's process, the readers of its output, and its exit code to come.
 *
 * @param exit completes when the process has ended, whatever the application does with the JVM's common pool
 */
record JvmProcess(
        Process process, ProcessMark mark, OutputTail stdout, OutputTail stderr, CompletableFuture<Integer> exit)
        implements WorkerProcess {

    /** Longest time to look for processes that have detached themselves. */
    static final Duration SEARCH = Duration.ofSeconds(2);

    private static final Log log = Log.of(JvmProcess.class);

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public CompletableFuture<Void> outputEnd() {
        return CompletableFuture.allOf(stdout.end(), stderr.end());
    }

    @Override
    public void kill() {
        try {
            killDescendants();
        } catch (Throwable e) { // without descriptors nobody can list them
            log.warn("What process {} has started cannot be ended", pid(), e);
        } finally {
            process.destroyForcibly();
        }
        mark.endCarriers(SEARCH); // those that are nobody's descendants
    }

    /**
     * Children first: without their parent they would no longer be found. As long as there are any, because one that
     * forks faster than we look must not win.
     */
    private void killDescendants() {
        for (int i = 0; i < 10; i++) {
            List<ProcessHandle> descendants = process.descendants().collect(Collectors.toList());
            if (descendants.isEmpty()) {
                return;
            }
            descendants.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public List<String> lastLines() {
        List<String> errors = stderr.lines();
        return errors.isEmpty() ? stdout.lines() : errors;
    }

    @Override
    public boolean hasPrinted(String text) {
        return Stream.concat(stdout.lines().stream(), stderr.lines().stream()).anyMatch(line -> line.contains(text));
    }

    @Override
    public OptionalLong residentMemory() {
        return ResidentMemory.of(process.pid());
    }
}
