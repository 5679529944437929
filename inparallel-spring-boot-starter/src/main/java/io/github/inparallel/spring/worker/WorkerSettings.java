package io.github.inparallel.spring.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings that a worker needs to boot the application. They travel as a flat map.
 *
 * @param mainClass class whose {@code main} is run; null boots the sources
 * @param arguments for that {@code main}, or for the application
 * @param passedOn what {@code main} passes on to the application, where it is called
 * @param ordinal which of the applications that {@code main} starts, from 1
 * @param twins how many that are given the same {@code main} starts before it, where it is called
 * @param sources configuration classes
 * @param applicationClass what the application has for its main class, where the sources are booted
 * @param ownProfiles profiles that {@code main} itself adds, where it is called
 * @param profiles added in the worker
 * @param properties above the application's own
 * @param overrides what the application had above its system properties, as tests do, where the sources are booted
 * @param defaults the application's default properties, where the sources are booted
 * @param connections where services are, as beans of the application say
 * @param names of the application's beans, and which of the sources is the class of each
 * @param startLifecycle names or types of beans that are started
 * @param advisors names of advice that runs on the worker's side
 * @param ownLogging whether the application's logging configuration holds in the worker too
 * @param forwardsMeters whether the application hears of what is recorded in the worker's registry
 */
public record WorkerSettings(
        @Nullable String mainClass,
        List<String> arguments,
        List<String> passedOn,
        int ordinal,
        int twins,
        List<String> sources,
        @Nullable String applicationClass,
        List<String> ownProfiles,
        List<String> profiles,
        Map<String, Object> properties,
        Map<String, Object> overrides,
        Map<String, Object> defaults,
        Map<String, String> connections,
        Map<String, String> names,
        List<String> startLifecycle,
        List<String> advisors,
        boolean ownLogging,
        boolean forwardsMeters) {

    /** Whether the properties for workers say how many database connections one opens. */
    boolean setsConnectionPool() {
        return properties.keySet().stream()
                .anyMatch(key -> key.replace("-", "").toLowerCase(Locale.ROOT).contains("maximumpoolsize"));
    }

    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        if (mainClass != null) {
            map.put("main", mainClass);
        }
        if (applicationClass != null) {
            map.put("application", applicationClass);
        }
        put(map, "argument", arguments);
        put(map, "passedOn", passedOn);
        map.put("ordinal", Integer.toString(ordinal));
        map.put("twins", Integer.toString(twins));
        put(map, "source", sources);
        put(map, "ownProfile", ownProfiles);
        put(map, "profile", profiles);
        properties.forEach((key, value) -> map.put("property:" + key, value.toString()));
        overrides.forEach((key, value) -> map.put("override:" + key, value.toString()));
        defaults.forEach((key, value) -> map.put("default:" + key, value.toString()));
        connections.forEach((key, value) -> map.put("connection:" + key, value));
        names.forEach((key, value) -> map.put("name:" + key, value));
        put(map, "start", startLifecycle);
        put(map, "advisor", advisors);
        map.put("ownLogging", Boolean.toString(ownLogging));
        map.put("forwardsMeters", Boolean.toString(forwardsMeters));
        return map;
    }

    static WorkerSettings of(Map<String, String> map) {
        return new WorkerSettings(
                map.get("main"),
                list(map, "argument"),
                list(map, "passedOn"),
                Integer.parseInt(map.getOrDefault("ordinal", "1")),
                Integer.parseInt(map.getOrDefault("twins", "0")),
                list(map, "source"),
                map.get("application"),
                list(map, "ownProfile"),
                list(map, "profile"),
                new LinkedHashMap<>(prefixed(map, "property:")),
                new LinkedHashMap<>(prefixed(map, "override:")),
                new LinkedHashMap<>(prefixed(map, "default:")),
                prefixed(map, "connection:"),
                prefixed(map, "name:"),
                list(map, "start"),
                list(map, "advisor"),
                Boolean.parseBoolean(map.get("ownLogging")),
                Boolean.parseBoolean(map.get("forwardsMeters")));
    }

    private static void put(Map<String, String> map, String key, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            map.put(key + "." + i, values.get(i));
        }
    }

    private static List<String> list(Map<String, String> map, String key) {
        List<String> values = new ArrayList<>();
        for (String value = map.get(key + ".0"); value != null; value = map.get(key + "." + values.size())) {
            values.add(value);
        }
        return values;
    }

    private static Map<String, String> prefixed(Map<String, String> map, String prefix) {
        Map<String, String> found = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
            }
        });
        return found;
    }
}
