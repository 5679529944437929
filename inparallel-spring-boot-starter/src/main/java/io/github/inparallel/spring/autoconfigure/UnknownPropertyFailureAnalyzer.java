package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.spring.NearestName;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Names properties of ours that do not exist, and what may have been meant. It comes before Spring Boot's own
 * analyzer, which knows less.
 */
final class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException>
        implements Ordered {

    private static final String PREFIX = "inparallel.";
    private static final String POOLS = PREFIX + "pools.";

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 100;
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
        for (ConfigurationProperty property : unknown) {
            String name = property.getName().toString();
            description.append("\n    ").append(name).append(" = ").append(property.getValue());
            if (property.getOrigin() != null) {
                description.append(" (").append(property.getOrigin()).append(")");
            }
            NearestName.of(name, known(name))
                    .ifPresent(nearest -> action.append(" Did you mean '")
                            .append(nearest)
                            .append("' instead of '")
                            .append(name)
                            .append("'?"));
        }
        return new FailureAnalysis(description.toString(), action.toString(), cause);
    }

    /** Returns the properties that exist; those of a pool with the pool's name as it was written. */
    static List<String> known(String written) {
        List<String> names = new ArrayList<>();
        add(names, PREFIX, InParallelProperties.class);
        add(names, PREFIX + "pool.", InParallelProperties.Pool.class);
        add(names, PREFIX + "worker.", InParallelProperties.Worker.class);
        add(names, PREFIX + "marshalling.", InParallelProperties.Marshalling.class);
        int pool = written.startsWith(POOLS) ? written.indexOf('.', POOLS.length()) : -1;
        if (pool > 0) {
            add(names, written.substring(0, pool + 1), InParallelProperties.Pool.class);
        }
        return names;
    }

    private static void add(List<String> names, String prefix, Class<? extends Record> type) {
        Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .map(DataObjectPropertyName::toDashedForm)
                .forEach(name -> names.add(prefix + name));
    }
}
