package io.github.inparallel.pool;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the process tests have done in workers. */
@InParallel
public interface Probe {

    String echo(String text);

    CompletableFuture<String> echoLater(String text);

    CompletableFuture<Long> pid();

    CompletableFuture<byte[]> bytes(byte[] bytes);

    CompletableFuture<List<Map<String, Instant>>> generic(List<Map<String, Instant>> values);

    void fail(String message) throws IOException;

    CompletableFuture<Void> failLater(String message);

    CompletableFuture<Void> failDemanding(int a, int b);

    CompletableFuture<Void> failUnknown();

    CompletableFuture<Void> halt(int code);

    CompletableFuture<Void> exit(int code);

    /** Runs until it is interrupted. */
    CompletableFuture<String> sleep();

    /** Runs for ever and never looks at its interrupt. */
    CompletableFuture<Long> spin(TaskOptions options);

    CompletableFuture<String> progress();

    /** Writes a file when it begins, then waits for another file to appear. */
    CompletableFuture<String> rendezvous(String mine, String others);

    CompletableFuture<Void> spawn(String file);

    CompletableFuture<String> nothing();

    @Nullable
    String nullResult();

    CompletableFuture<Void> print(int lines, boolean stderr);

    CompletableFuture<String> neverCompletes();

    CompletableFuture<Boolean> inWorker();

    CompletableFuture<Void> outOfMemory();

    CompletableFuture<Void> crash();

    CompletableFuture<Integer> outOfDirectMemory();

    CompletableFuture<Integer> outOfThreads();

    CompletableFuture<Void> throwsOutOfMemory(String message);

    CompletableFuture<Void> killSelf(String signal);

    CompletableFuture<String> awkward(ProbeWorker.Awkward value);

    CompletableFuture<ProbeWorker.Bound> unwritable(ProbeWorker.Bound value);

    CompletableFuture<ProbeWorker.Deadly> deadlyResult(int code);

    CompletableFuture<Void> exitWithAHookThatHangs(int code);

    CompletableFuture<Void> exitLater(int code);

    /** Starts a process, says so, and stops when it is interrupted. */
    CompletableFuture<String> spawnAndStop(String file);

    /** Starts a process for later tasks. */
    CompletableFuture<Long> helper();

    CompletableFuture<Long> leak(int megabytes);

    CompletableFuture<Void> hoard(int megabytes);

    CompletableFuture<Void> recurse();

    CompletableFuture<String> nested();

    CompletableFuture<String> environment(String variable, String property);

    /** Cleans up when it is interrupted. */
    CompletableFuture<String> cleanUp(String file, TaskOptions options);
}
