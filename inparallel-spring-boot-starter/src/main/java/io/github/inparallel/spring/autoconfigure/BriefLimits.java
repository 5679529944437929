package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.units.Durations;
import io.github.inparallel.units.TimeoutText;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** Warns of time limits that are most likely numbers whose unit was forgotten: to Spring {@code 30} is 30 milliseconds. */
final class BriefLimits {

    private static final Logger log = LoggerFactory.getLogger(BriefLimits.class);

    private static final List<String> LIMITS = List.of(
            "startup-timeout",
            "idle-timeout",
            "queue-timeout",
            "timeout",
            "stall-timeout",
            "kill-grace",
            "max-lifetime",
            "heartbeat-interval",
            "heartbeat-timeout",
            "restart-window");

    private BriefLimits() {}

    static void warn(Environment environment, Set<String> pools) {
        Binder binder = Binder.get(environment);
        warn(binder, "inparallel.pool.");
        pools.stream()
                .filter(name -> name.matches("[a-z0-9-]+")) // others are written in brackets
                .forEach(name -> warn(binder, "inparallel.pools." + name + "."));
    }

    private static void warn(Binder binder, String prefix) {
        for (String limit : LIMITS) {
            String property = prefix + limit;
            String text = binder.bind(property, String.class).orElse("").strip();
            if (text.isEmpty()) {
                continue;
            }
            Duration value = binder.bind(property, Duration.class).orElse(Duration.ZERO);
            if (TimeoutText.mayLackUnit(text, value)) {
                log.warn(
                        "{} = {} is {}. A number without a unit is in milliseconds: write {} = 30s for seconds",
                        property,
                        text,
                        Durations.text(value),
                        limit);
            }
        }
    }
}
