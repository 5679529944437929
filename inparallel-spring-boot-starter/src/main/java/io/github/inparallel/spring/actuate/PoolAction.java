package io.github.inparallel.spring.actuate;

import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerPool;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** Something that can be done to a pool, with the values that it takes, which are checked here. */
enum PoolAction {
    RECYCLE,
    KILL,
    DRAIN,
    RESUME,
    RESIZE;

    /** Returns the names of the values that it takes. */
    private List<String> parameters() {
        return switch (this) {
            case KILL -> List.of("pid");
            case RESIZE -> List.of("min", "max");
            case RECYCLE, DRAIN, RESUME -> List.of();
        };
    }

    /**
     * Does it to the pool.
     *
     * @param values as they were sent, by the names of parameters; null if they were not
     * @param member whether the application is a member of a cluster
     * @return whether there was a worker to do it to
     * @throws InvalidEndpointRequestException if a value is missing, wrong, or of another action
     */
    boolean act(WorkerPool pool, Map<String, @Nullable String> values, boolean member) {
        values.forEach((name, value) -> {
            if (value == null && parameters().contains(name)) {
                throw invalid(name + " is missing (action \"" + label() + "\" takes " + taken() + ")");
            } else if (value != null && !parameters().contains(name)) {
                throw invalid(name + ": \"" + value + "\" (action \"" + label() + "\" takes " + taken() + ")");
            }
        });
        switch (this) {
            case RECYCLE -> pool.recycle();
            case DRAIN -> pool.drain();
            case RESUME -> pool.resume();
            case KILL -> {
                return pool.kill(number("pid", values, Long.MAX_VALUE));
            }
            case RESIZE ->
                resize(
                        pool,
                        (int) number("min", values, Integer.MAX_VALUE),
                        (int) number("max", values, Integer.MAX_VALUE),
                        member);
        }
        return true;
    }

    private static void resize(WorkerPool pool, int min, int max, boolean member) {
        if (max == 0 && !member && pool.options().spread() == PoolOptions.Spread.CLUSTER) { // calls would wait for ever
            throw invalid("max-workers: 0 (expected: >= 1; 0 needs a cluster, of which this application is no member:"
                    + " inparallel.cluster.enabled is not true)");
        }
        try {
            pool.resize(min, max);
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
    }

    private static long number(String name, Map<String, @Nullable String> values, long most) {
        String value = values.get(name);
        try {
            long number = Long.parseLong(String.valueOf(value).trim());
            if (number >= -most && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // it is said below
        }
        throw invalid(name + ": \"" + value + "\" (expected: a whole number)");
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private String taken() {
        return parameters().isEmpty() ? "no values" : String.join(" and ", parameters());
    }

    /** @throws InvalidEndpointRequestException if there is none of this name */
    static PoolAction named(@Nullable String name) {
        for (PoolAction each : values()) {
            if (each.label().equals(name)) {
                return each;
            }
        }
        throw invalid((name == null ? "action is missing" : "action: \"" + name + "\"") + " (expected: "
                + Arrays.stream(values())
                        .map(each -> "\"" + each.label() + "\"")
                        .collect(Collectors.joining(", "))
                + ")");
    }

    /** Returns what was sent, by the names of parameters. */
    static Map<String, @Nullable String> sent(@Nullable String pid, @Nullable String min, @Nullable String max) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        values.put("pid", pid);
        values.put("min", min);
        values.put("max", max);
        return values;
    }

    private static InvalidEndpointRequestException invalid(@Nullable String message) {
        return new InvalidEndpointRequestException(String.valueOf(message), String.valueOf(message));
    }
}
