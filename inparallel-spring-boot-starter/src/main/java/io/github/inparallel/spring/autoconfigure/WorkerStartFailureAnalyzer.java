package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.WorkerStartException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what the first worker said that did not start, where the application waits for it. */
final class WorkerStartFailureAnalyzer extends AbstractFailureAnalyzer<WorkerStartException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, WorkerStartException cause) {
        Throwable why = cause.getCause();
        return new FailureAnalysis(
                cause.getMessage() + (why == null ? "" : "\n\nThe worker's own error: " + why),
                "Mend what keeps the worker from starting, or set startup of its pool to background,"
                        + " so that the application starts without it.",
                cause);
    }
}
