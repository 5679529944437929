package io.github.inparallel.spring;

import io.github.inparallel.protocol.TaskRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Carries the caller's diagnostic context. Nothing else is in the context while the task runs, but the member of a cluster
 * that called it, if it is another one; and what the task adds is removed with it.
 */
final class MdcPropagator implements TaskContextPropagator {

    private static final String PREFIX = "mdc.";
    private static final String MEMBER = "member";

    @Override
    public void capture(Map<String, String> attributes) {
        @Nullable Map<String, @Nullable String> context = MDC.getCopyOfContextMap();
        if (context != null) {
            context.forEach((key, value) -> {
                if (value != null) {
                    attributes.put(PREFIX + key, value);
                }
            });
        }
    }

    @Override
    public Scope restore(Map<String, String> attributes) {
        Map<String, String> found = new HashMap<>();
        attributes.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                found.put(key.substring(PREFIX.length()), value);
            }
        });
        String member = attributes.get(TaskRequest.MEMBER);
        if (member != null) {
            found.put(MEMBER, member);
        }
        Map<String, String> before = MDC.getCopyOfContextMap();
        if (found.isEmpty()) {
            MDC.clear();
        } else {
            MDC.setContextMap(found);
        }
        return () -> {
            if (before == null) {
                MDC.clear();
            } else {
                MDC.setContextMap(before);
            }
        };
    }
}
