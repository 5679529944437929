package io.github.inparallel.pool.process;

import io.github.inparallel.pool.PoolOptions;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * System properties that code of this JVM has set since its start. Workers get them as those that were given to it, but
 * not in their command line; read anew for each worker, since there may be more by then.
 */
public final class LaunchProperties {

    /** What every JVM sets for itself; what is about this process; what a logging system makes of its configuration. */
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

    /** @param options whose own properties go before */
    public static Map<String, String> of(PoolOptions options) {
        return of(options, ArgumentFile.ofThisPlatform());
    }

    /** @param file what it does not hold is here too */
    static Map<String, String> of(PoolOptions options, ArgumentFile file) {
        Map<String, String> inherited = properties(InheritedOptions.ofThisJvm());
        Map<String, String> given =
                properties(ManagementFactory.getRuntimeMXBean().getInputArguments());
        Map<String, String> chosen = new HashMap<>(options.systemProperties());
        chosen.putAll(properties(options.jvmArgs()));
        Map<String, String> later = new HashMap<>();
        inherited.forEach((name, value) -> {
            if (!file.holdsProperty(name, value)) {
                later.put(name, value);
            }
        });
        for (String name : System.getProperties().stringPropertyNames()) {
            String value = System.getProperty(name);
            if (value != null && OWN.stream().noneMatch(name::startsWith) && !Objects.equals(value, given.get(name))) {
                later.put(name, value);
            }
        }
        chosen.forEach((name, value) -> {
            if (file.holdsProperty(name, value)) {
                later.remove(name);
            } else {
                later.put(name, value);
            }
        });
        return later;
    }

    /** Those among options such as {@code -Dname=value}. */
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
