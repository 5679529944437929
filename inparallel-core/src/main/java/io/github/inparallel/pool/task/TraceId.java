package io.github.inparallel.pool.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the id of a trace in what travels beside a task's arguments. */
final class TraceId {

    /** Where the common ways to hand on a trace have its id; in the diagnostic context where nothing else is handed on. */
    private static final List<Place> PLACES = List.of(
            new Place("traceparent", Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-.*")),
            new Place("b3", Pattern.compile("([0-9a-fA-F]{16,32})-[0-9a-fA-F]{16}.*")),
            new Place("X-B3-TraceId", Pattern.compile("([0-9a-fA-F]{16,32})")),
            new Place("mdc.traceId", Pattern.compile("([0-9A-Za-z-]{1,64})")));

    /** An attribute, and the form that it must have. */
    private record Place(String key, Pattern form) {}

    private TraceId() {}

    static Optional<String> of(Map<String, String> attributes) {
        for (Place place : PLACES) {
            @Nullable String value = attributes.get(place.key);
            if (value != null) {
                Matcher matcher = place.form.matcher(value);
                if (matcher.matches()) {
                    return Optional.of(matcher.group(1));
                }
            }
        }
        return Optional.empty();
    }
}
