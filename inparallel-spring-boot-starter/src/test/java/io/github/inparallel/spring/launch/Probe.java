package io.github.inparallel.spring.launch;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** Tells what is there: here, in the application, and there, in a worker. */
public class Probe {

    private final ConfigurableEnvironment environment;

    Probe(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    /** All properties whose names begin with {@code from.}, and the profiles. */
    public record Surroundings(Map<String, String> properties, List<String> profiles) {}

    @InParallel
    public Surroundings there() {
        if (!TaskContext.inWorker()) {
            throw new IllegalStateException("This is no worker");
        }
        return here();
    }

    public Surroundings here() {
        Map<String, String> properties = new TreeMap<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String name : enumerable.getPropertyNames()) {
                    if (name.startsWith("from.")) {
                        properties.put(name, environment.getRequiredProperty(name));
                    }
                }
            }
        }
        List<String> profiles = new ArrayList<>(List.of(environment.getActiveProfiles()));
        profiles.removeAll(List.of("inparallel-worker", "default")); // a worker's own, and what stays active beside it
        return new Surroundings(properties, profiles);
    }

    /** What is printed where both are to be the same. */
    static String compare(ApplicationContext context) {
        Probe probe = context.getBean(Probe.class);
        Surroundings here = probe.here();
        Surroundings there = probe.there();
        return (here.equals(there) ? "same " : "different ") + here + " " + there;
    }
}
