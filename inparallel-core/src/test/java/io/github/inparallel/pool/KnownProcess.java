package io.github.inparallel.pool;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A process that is none, of which a test says what there is to know. */
public record KnownProcess(List<String> lastLines, Supplier<OptionalLong> memory) implements WorkerProcess {

    @Override
    public long pid() {
        return 4711;
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<Void> outputEnd() {
        return new CompletableFuture<>();
    }

    @Override
    public void kill() {}

    @Override
    public boolean hasPrinted(String text) {
        return lastLines.stream().anyMatch(line -> line.contains(text));
    }

    @Override
    public OptionalLong residentMemory() {
        return memory.get();
    }
}
