package io.github.inparallel.benchmarks;

import io.github.inparallel.InParallel;
import java.util.concurrent.CompletableFuture;

/** What runs in workers, with Spring and without. */
interface Tasks {

    @InParallel
    String echo(String text);

    @InParallel
    CompletableFuture<String> echoLater(String text);

    @InParallel
    byte[] echoBytes(byte[] bytes);

    /** Never ends by itself; reports progress once it has begun. */
    @InParallel
    CompletableFuture<Void> hang();

    /** Keeps one processor busy. */
    @InParallel
    CompletableFuture<Long> work(int millionSteps);

    /** Keeps its slot, and no processor. */
    @InParallel
    CompletableFuture<Integer> sleep(int millis);

    /** Has a result of that many bytes. */
    @InParallel
    CompletableFuture<byte[]> bytes(int size);
}
