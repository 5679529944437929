package io.github.inparallel.pool.process;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for the end of a process, on a thread that has nothing else to do: {@code Process.onExit()} tells it in the common
 * pool of the JVM, which the application may have filled with work that blocks, perhaps because it waits for this end.
 */
final class ProcessExit implements Runnable {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    private final Process process;
    private final CompletableFuture<Integer> code = new CompletableFuture<>();

    ProcessExit(Process process) {
        this.process = process;
    }

    /** Returns what completes with the exit code when the process has ended, on the thread that has waited for it. */
    CompletableFuture<Integer> code() {
        return code;
    }

    @Override
    public void run() {
        while (!code.isDone()) {
            try {
                code.complete(process.waitFor());
            } catch (InterruptedException e) {
                // nobody has reason to; the process has not ended
            } catch (Throwable e) { // out of memory, perhaps: its end is still to be told
                LockSupport.parkNanos(PAUSE);
            }
        }
    }
}
