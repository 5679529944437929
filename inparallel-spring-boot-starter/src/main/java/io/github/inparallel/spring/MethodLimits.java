package io.github.inparallel.spring;

import io.github.inparallel.marshal.Limits;
import io.github.inparallel.units.Durations;
import io.github.inparallel.units.TimeoutText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/** Reads what {@link io.github.inparallel.InParallel} says about the limits of a method's tasks. */
final class MethodLimits {

    private static final Logger log = LoggerFactory.getLogger(MethodLimits.class);

    private final ConfigurableBeanFactory beanFactory;

    MethodLimits(ConfigurableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /**
     * Reads the limits of one method.
     *
     * @throws InvalidInParallelMethodException if the annotation has a value that is not allowed; it names method and value
     */
    Limits of(InParallelMethod declared) {
        Duration timeout = timeout(declared);
        if (declared.retries() < -1) {
            throw invalid(
                    declared,
                    "retries = " + declared.retries(),
                    "is no number of times",
                    "Use 0 or more, or leave retries out: then the pool's hold.",
                    null);
        }
        return new Limits(timeout, declared.retries());
    }

    private @Nullable Duration timeout(InParallelMethod declared) {
        String text = resolved(declared);
        Duration timeout;
        try {
            timeout = TimeoutText.parse(TimeoutText.isBare(text) ? text + "ms" : text); // as Spring reads a property
        } catch (IllegalArgumentException e) {
            throw invalid(
                    declared,
                    "timeout '" + text + "'",
                    "is no time limit",
                    "Use a positive duration such as 30s or PT30S, a placeholder for one, or 'none'.",
                    e);
        }
        if (timeout != null && TimeoutText.mayLackUnit(text, timeout)) {
            log.warn(
                    "@InParallel on {}: timeout '{}' is {}. A number without a unit is in milliseconds: write 30s for seconds",
                    declared.method().toGenericString(),
                    text,
                    Durations.text(timeout));
        }
        return timeout;
    }

    private String resolved(InParallelMethod declared) {
        try {
            String text = beanFactory.resolveEmbeddedValue(declared.timeout());
            return text == null ? "" : text.strip();
        } catch (IllegalArgumentException e) {
            throw invalid(
                    declared,
                    "timeout '" + declared.timeout() + "'",
                    "cannot be resolved (" + e.getMessage() + ")",
                    "Set the property that it names, give it a default as in ${ocr.timeout:30s}, or write the duration.",
                    e);
        }
    }

    private static InvalidInParallelMethodException invalid(
            InParallelMethod declared, String what, String why, String action, @Nullable Exception cause) {
        return new InvalidInParallelMethodException(
                "@InParallel on " + declared.method().toGenericString() + ": " + what + " " + why, action, cause);
    }
}
