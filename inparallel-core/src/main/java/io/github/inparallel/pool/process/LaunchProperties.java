package io.github.inparallel.pool.process;

import io.github.inparallel.pool.PoolOptions;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * System properties that a worker gets with its launch description: those that code of this JVM has set since its start, and
 * those that an argument file cannot hold. They are read anew for each worker, since there may be more by then.
 */
final class LaunchProperties {

    /** Beginnings of names that every JVM sets for itself, that are about this process, or that a logging system sets. */
    private static final List<String> OWN = List.of(
            "java.",
            "jdk.",
            "sun.",
            "os.name",
            "os.arch",
            "os.version",
            "user.name",
            "user.home",
            "user.dir",
            "user.language",
            "user.country",
            "user.script",
            "user.variant",
            "user.region",
            "user.timezone",
            "file.encoding",
            "file.separator",
            "native.encoding",
            "path.separator",
            "line.separator",
            "stdout.",
            "stderr.",
            "stdin.",
            "awt.",
            "com.sun.management.",
            "PID",
            "catalina.",
            "surefire.",
            "failsafe.",
            "spring.devtools.",
            "spring.application.admin.",
            "inparallel.worker.",
            "LOG_",
            "LOGGED_",
            "LOGBACK_",
            "CONSOLE_LOG_",
            "FILE_LOG_");

    private LaunchProperties() {}

    /** Returns those for a pool's next worker; what its options set counts more. */
    static Map<String, String> of(PoolOptions options) {
        return of(options, ArgumentFile.ofThisPlatform());
    }

    /** Returns those that an argument file does not hold, too. */
    static Map<String, String> of(PoolOptions options, ArgumentFile file) {
        Map<String, String> now = new HashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            String value = System.getProperty(name);
            if (value != null) {
                now.put(name, value);
            }
        }
        return of(now, ManagementFactory.getRuntimeMXBean().getInputArguments(), options, file);
    }

    /**
     * Returns those of a JVM with other properties.
     *
     * @param now its properties
     * @param given the options that it was started with
     */
    static Map<String, String> of(Map<String, String> now, List<String> given, PoolOptions options, ArgumentFile file) {
        Map<String, String> atStart = properties(given);
        Map<String, String> later = new HashMap<>();
        properties(InheritedOptions.of(given)).forEach((name, value) -> {
            if (!file.holdsProperty(name, value)) {
                later.put(name, value);
            }
        });
        now.forEach((name, value) -> {
            if (OWN.stream().noneMatch(name::startsWith) && !value.equals(atStart.get(name))) {
                later.put(name, value);
            }
        });
        Map<String, String> chosen = new HashMap<>(options.systemProperties());
        chosen.putAll(properties(options.jvmArgs()));
        chosen.forEach((name, value) -> {
            if (file.holdsProperty(name, value)) {
                later.remove(name);
            } else {
                later.put(name, value);
            }
        });
        return later;
    }

    /** Returns those among options such as {@code -Dname=value}. */
    private static Map<String, String> properties(List<String> options) {
        Map<String, String> properties = new HashMap<>();
        for (String option : options) {
            if (option.startsWith("-D") && option.length() > 2) {
                String[] pair = option.substring(2).split("=", 2);
                properties.put(pair[0], pair.length > 1 ? pair[1] : "");
            }
        }
        return properties;
    }
}
