package io.github.inparallel.cluster;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskOptions;
import java.util.concurrent.CompletableFuture;

/** What pools of several members run for each other. */
@InParallel
public interface LentWork {

    CompletableFuture<String> echo(String text);

    CompletableFuture<byte[]> copy(byte[] bytes);

    CompletableFuture<Void> fail(String message);

    CompletableFuture<String> progress();

    /** Runs until it is interrupted; {@link LentWorkBody#BEGUN} counts. */
    CompletableFuture<String> sleep(TaskOptions options);

    /** Runs until it is released. */
    CompletableFuture<String> hold(TaskOptions options);
}
