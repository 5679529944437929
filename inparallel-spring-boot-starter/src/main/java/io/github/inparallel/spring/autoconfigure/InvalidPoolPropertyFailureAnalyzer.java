package io.github.inparallel.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the property, its value and what is allowed. */
final class InvalidPoolPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPoolPropertyException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidPoolPropertyException cause) {
        if (cause.isAboutTheName()) {
            return new FailureAnalysis(
                    "'" + cause.value() + "', in the properties below '" + cause.prefix() + "', is no name of a pool.",
                    "Name the pool with " + cause.expected() + ".",
                    cause);
        }
        return new FailureAnalysis(
                "The property '" + cause.property() + "' has the value '" + cause.value() + "', which is not allowed.",
                "Set it to a value that is " + cause.expected() + ".",
                cause);
    }
}
