package io.github.inparallel.cluster.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Says what is wrong with the properties of a member, and what to do. It comes before Spring Boot's own analyzer of
 * properties, which knows less.
 */
final class InvalidClusterPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidClusterPropertyException>
        implements Ordered {

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 90;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidClusterPropertyException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
