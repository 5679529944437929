package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.spring.InvalidInParallelMethodException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the method and what keeps it from running in a worker. */
final class InvalidInParallelMethodFailureAnalyzer extends AbstractFailureAnalyzer<InvalidInParallelMethodException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidInParallelMethodException cause) {
        return new FailureAnalysis(cause.getMessage() + ".", cause.action(), cause);
    }
}
