package io.github.inparallel.pool.task;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.TaskRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The methods that tasks of a pool have called, and what new workers prepare for them. Thread-safe. */
public final class KnownMethods {

    private static final int MOST_OF_OTHERS = 1_000;

    private final Marshaller marshaller;
    private final Map<String, KnownMethod> called = new ConcurrentHashMap<>(); // by id; none ever leaves
    private final Map<String, KnownMethod> ofOthers = new ConcurrentHashMap<>(); // by id; those that only others call

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

    /**
     * Returns what is known of a method that another member calls. Of those that only others call, a thousand are remembered:
     * they may say anything, and memory is not theirs to fill.
     *
     * @throws ProtocolException if the address is malformed
     */
    public KnownMethod at(byte[] address) throws ProtocolException {
        TaskRequest.Address decoded = TaskRequest.Address.decode(address);
        String id = TaskMethod.id(decoded.target(), decoded.method());
        KnownMethod known = called.get(id);
        return known != null ? known : ofOthers(id, decoded);
    }

    private KnownMethod ofOthers(String id, TaskRequest.Address address) {
        KnownMethod known = ofOthers.get(id);
        if (known == null) {
            known = new KnownMethod(id, address);
            KnownMethod before = ofOthers.size() < MOST_OF_OTHERS ? ofOthers.putIfAbsent(id, known) : null;
            known = before == null ? known : before;
        }
        return known;
    }

    /** Whether there is one whose values need a mapper. */
    public boolean needMapper() {
        return marshaller.isNeeded();
    }

    public List<String> ids() {
        return List.copyOf(called.keySet());
    }
}
