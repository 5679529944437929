package io.github.inparallel.pool.process;

import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.ProcessMark;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A worker's process. Whoever makes one has threads read its output, and wait for its end. */
final class JvmProcess implements WorkerProcess {

    /** Longest time to look for processes that have detached themselves. */
    static final Duration SEARCH = Duration.ofSeconds(2);

    private static final Log log = Log.of(JvmProcess.class);

    private final Process process;
    private final ProcessMark mark;
    private final OutputTail stdout;
    private final OutputTail stderr;
    private final ProcessExit exit;

    /** @param printed makes what gets each line of one of its outputs */
    JvmProcess(Process process, ProcessMark mark, Supplier<Consumer<String>> printed) {
        this.process = process;
        this.mark = mark;
        this.stdout = new OutputTail(process.getInputStream(), printed.get());
        this.stderr = new OutputTail(process.getErrorStream(), printed.get());
        this.exit = new ProcessExit(process);
    }

    /** Tells it what it must know. It may wait for ever, if the worker does not read. */
    void tell(LaunchDescription description) {
        String name = description.pool() + "-" + description.worker();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(description.toBytes());
        } catch (IOException e) {
            log.debug("{} did not read its launch description", name, e); // it is dying; its exit tells why
        } catch (Throwable e) {
            log.error("Worker {} could not be told its launch description", name, e);
            process.destroyForcibly();
        }
    }

    /** Reads its standard output to the end. */
    void readOutput() {
        stdout.run();
    }

    /** Reads its standard error to the end. */
    void readErrors() {
        stderr.run();
    }

    /** Waits for its end. */
    void awaitExit() {
        exit.run();
    }

    /** Ends it at once, and nothing that it has started. */
    void end() {
        process.destroyForcibly();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit.code().copy(); // a limit that somebody sets for it is his
    }

    @Override
    public CompletableFuture<Void> outputEnd() {
        return CompletableFuture.allOf(stdout.end(), stderr.end());
    }

    /**
     * The worker first: a task that saw its programs end before itself might answer with what it has got from them by then.
     * Its descendants are listed before, because without it only their mark would tell whose they are.
     */
    @Override
    public void kill() {
        List<ProcessHandle> descendants = List.of();
        try {
            descendants = descendants();
        } catch (Throwable e) { // without descriptors nobody can list them
            log.warn("Processes that worker process {} has started cannot be ended with it", pid(), e);
        } finally {
            process.destroyForcibly();
        }
        descendants.forEach(ProcessHandle::destroyForcibly);
        mark.endCarriers(SEARCH); // those that are nobody's descendants, or have been started in the meantime
    }

    /** None of one that has ended: its number may be another's by now. */
    private List<ProcessHandle> descendants() {
        return process.isAlive() ? process.descendants().collect(Collectors.toList()) : List.of();
    }

    @Override
    public List<String> lastLines() {
        List<String> errors = stderr.lines();
        return errors.isEmpty() ? stdout.lines() : errors;
    }

    @Override
    public List<String> standardOutput() {
        return stdout.lines();
    }

    @Override
    public List<String> standardError() {
        return stderr.lines();
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
