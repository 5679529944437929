package io.github.inparallel;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * When a test's time is over, prints what the threads of this process and of all its workers are doing: a hang is the
 * failure to look for.
 */
public final class ThreadDumps implements TestExecutionExceptionHandler {

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        if (failure instanceof TimeoutException) {
            System.err.println("Time is over for " + context.getDisplayName());
            dump(ProcessHandle.current());
            ProcessHandle.current().descendants().forEach(ThreadDumps::dump);
        }
        throw failure;
    }

    private static void dump(ProcessHandle process) {
        if (!process.info().command().orElse("").endsWith("java")) {
            return;
        }
        try {
            Process jcmd = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/jcmd", Long.toString(process.pid()), "Thread.print")
                    .inheritIO()
                    .start();
            if (!jcmd.waitFor(10, TimeUnit.SECONDS)) {
                System.err.println(process.pid() + " does not answer");
                jcmd.destroyForcibly();
            }
        } catch (IOException e) {
            System.err.println("no thread dump of " + process.pid() + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
