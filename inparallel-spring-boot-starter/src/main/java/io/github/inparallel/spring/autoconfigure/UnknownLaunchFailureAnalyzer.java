package io.github.inparallel.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the property that tells what a worker boots. */
final class UnknownLaunchFailureAnalyzer extends AbstractFailureAnalyzer<UnknownLaunchException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnknownLaunchException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
