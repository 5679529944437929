package io.github.inparallel.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the dependency that an application needs to be a member of a cluster. */
final class MissingClusterModuleFailureAnalyzer extends AbstractFailureAnalyzer<MissingClusterModuleException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MissingClusterModuleException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Add the dependency io.github.inparallel:inparallel-cluster, of the same version as"
                        + " inparallel-spring-boot-starter, or remove the property.",
                cause);
    }
}
