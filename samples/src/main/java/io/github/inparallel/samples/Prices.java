package io.github.inparallel.samples;

import io.github.inparallel.InParallel;
import io.github.inparallel.WorkerLostException;
import jakarta.validation.constraints.Min;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.validation.annotation.Validated;

/** Computes prices in workers, with all the advice that Spring offers around it. */
@Service
@Validated
public class Prices {

    private final AtomicInteger computed = new AtomicInteger();

    /** How often this process computed a price. */
    public int computed() {
        return computed.get();
    }

    /** How often the worker did. */
    @InParallel
    public int computedByWorker() {
        return computed.get();
    }

    @InParallel
    @PreAuthorize("hasRole('ADMIN')")
    public String secretPrice(String item) {
        computed.incrementAndGet();
        return item + " for " + caller();
    }

    /** Who the task is for; null if that is nobody. */
    @InParallel
    public @Nullable String caller() {
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        return caller == null ? null : caller.getName();
    }

    @InParallel
    @Cacheable("prices")
    public String price(String item) {
        return item + " is " + computed.incrementAndGet();
    }

    @InParallel
    public int total(@Min(1) int count) {
        computed.incrementAndGet();
        return count * 5;
    }

    /** Ends its worker as often as told by a file's absence: the attempt after that answers. */
    @InParallel
    @Retryable(includes = WorkerLostException.class, maxRetries = 2, delay = 1)
    public String fragile(java.io.File attempt) throws java.io.IOException {
        if (attempt.createNewFile()) {
            Runtime.getRuntime().halt(9);
        }
        return "second attempt";
    }

    @InParallel
    @Transactional
    public boolean inTransaction() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }

    /** A thread of the application waits for the worker. */
    @Async
    @InParallel
    public CompletableFuture<Long> workerPid() {
        return CompletableFuture.completedFuture(ProcessHandle.current().pid());
    }
}
