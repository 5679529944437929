package io.github.inparallel.pool;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The methods that tasks of a pool have called, and what new workers prepare for them. Thread-safe. */
final class KnownMethods {

    private final Marshaller marshaller;
    private final Map<String, KnownMethod> called = new ConcurrentHashMap<>(); // by id; none ever leaves

    /** @param marshaller writes the values of this pool's tasks */
    KnownMethods(Marshaller marshaller) {
        this.marshaller = marshaller;
    }

    Marshaller marshaller() {
        return marshaller;
    }

    /** Of a task that is submitted. */
    KnownMethod of(TaskMethod method) {
        KnownMethod known = called.get(method.id());
        return known != null ? known : called.computeIfAbsent(method.id(), id -> new KnownMethod(method));
    }

    /** Whether there is one whose values need a mapper. */
    boolean needMapper() {
        return marshaller.isNeeded();
    }

    List<String> ids() {
        return List.copyOf(called.keySet());
    }
}
