package io.github.inparallel.spring.metrics;

import io.github.inparallel.TaskState;
import io.micrometer.observation.transport.SenderContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Context of an observed task in the application. */
public final class TaskSenderContext extends SenderContext<Map<String, String>> {

    private final String pool;
    private final String method;
    private volatile @Nullable TaskState outcome;

    TaskSenderContext(String pool, String method, Map<String, String> carrier) {
        super((attributes, key, value) -> {
            if (attributes != null) {
                attributes.put(key, value);
            }
        });
        this.pool = pool;
        this.method = method;
        setCarrier(carrier);
        setRemoteServiceName("inparallel-worker");
    }

    void ended(TaskState how) {
        outcome = how;
    }

    public String pool() {
        return pool;
    }

    /** Name of the method, such as {@code Ocr.read}. */
    public String method() {
        return method;
    }

    /** Outcome of the task; null as long as it has not ended. */
    public @Nullable TaskState outcome() {
        return outcome;
    }
}
