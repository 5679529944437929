package io.github.inparallel.spring.metrics;

import io.micrometer.observation.transport.ReceiverContext;
import java.util.Map;

/** Context of an observed task in its worker. */
final class TaskReceiverContext extends ReceiverContext<Map<String, String>> {

    TaskReceiverContext(Map<String, String> carrier) {
        super(Map::get);
        setCarrier(carrier);
    }
}
