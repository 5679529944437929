package io.github.inparallel.cluster.autoconfigure;

import io.github.inparallel.spring.NearestName;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/** Names properties of a member that do not exist, and what may have been meant. It comes before the starter's analyzer. */
final class UnknownClusterPropertyFailureAnalyzer
        extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> implements Ordered {

    private static final String PREFIX = "inparallel.cluster.";

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 90;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
        List<ConfigurationProperty> unknown = cause.getUnboundProperties().stream()
                .filter(property -> property.getName().toString().startsWith(PREFIX))
                .toList();
        if (unknown.isEmpty()) {
            return null; // somebody else's
        }
        StringBuilder description = new StringBuilder("There are no such properties:\n");
        StringBuilder action = new StringBuilder("Update your application's configuration.");
        for (ConfigurationProperty property : unknown) { // no values: one may be the secret
            String name = property.getName().toString();
            description.append("\n    ").append(name);
            if (property.getOrigin() != null) {
                description.append(" (").append(property.getOrigin()).append(")");
            }
            NearestName.of(name, known())
                    .ifPresent(nearest -> action.append(" Did you mean '")
                            .append(nearest)
                            .append("' instead of '")
                            .append(name)
                            .append("'?"));
        }
        return new FailureAnalysis(description.toString(), action.toString(), cause);
    }

    private static List<String> known() {
        return Stream.concat(
                        Arrays.stream(InParallelClusterProperties.class.getRecordComponents())
                                .map(RecordComponent::getName)
                                .filter(name -> !name.equals("ssl"))
                                .map(DataObjectPropertyName::toDashedForm),
                        Stream.of("ssl.bundle"))
                .map(name -> PREFIX + name)
                .toList();
    }
}
