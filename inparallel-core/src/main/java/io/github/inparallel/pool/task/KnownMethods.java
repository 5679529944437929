package io.github.inparallel.pool.task;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The methods that tasks of a pool have called, and what new workers prepare for them. Thread-safe. */
public final class KnownMethods {

    private final Marshaller marshaller;
    private final Map<String, KnownMethod> called = new ConcurrentHashMap<>(); // by id; none ever leaves

    /** @param marshaller writes the values of this pool's tasks */
    public KnownMethods(Marshaller marshaller) {
        this.marshaller = marshaller;
    }

    public Marshaller marshaller() {
        return marshaller;
    }

    /** Returns what is known of the method of a task that is submitted. */
    public KnownMethod of(TaskMethod method) {
        KnownMethod known = called.get(method.id());
        return known != null ? known : called.computeIfAbsent(method.id(), id -> new KnownMethod(method));
    }

    /** Whether there is one whose values need a mapper. */
    public boolean needMapper() {
        return marshaller.isNeeded();
    }

    public List<String> ids() {
        return List.copyOf(called.keySet());
    }
}
