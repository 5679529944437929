package io.github.inparallel.spring.worker;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects for a worker's report what it did not do, and what its users should know. Thread-safe. */
final class HeldBack {

    private final Set<String> names = Collections.synchronizedSet(new TreeSet<>());
    private final Set<String> warnings = Collections.synchronizedSet(new TreeSet<>());

    void add(String what) {
        names.add(what);
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    List<String> names() {
        synchronized (names) {
            return List.copyOf(names);
        }
    }

    List<String> warnings() {
        synchronized (warnings) {
            return List.copyOf(warnings);
        }
    }
}
