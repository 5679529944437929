package io.github.inparallel.spring.actuate;

import io.github.inparallel.spring.actuate.InParallelEndpoint.ThreadDump;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Answers over the web: 404 with a word about it for what does not exist, and a thread dump as text for who accepts
 * text.
 */
@EndpointWebExtension(endpoint = InParallelEndpoint.class)
public final class InParallelEndpointWebExtension {

    private static final String TEXT = "text/plain;charset=UTF-8";

    private final InParallelEndpoint endpoint;

    public InParallelEndpointWebExtension(InParallelEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Shows one pool. */
    @ReadOperation
    public WebEndpointResponse<?> pool(@Selector String pool) {
        return found(endpoint.pool(pool), endpoint.noPool(pool));
    }

    /** Shows what the threads of a worker do. */
    @ReadOperation
    public WebEndpointResponse<?> threads(@Selector String pool, @Selector long pid) {
        return found(endpoint.threads(pool, pid), noWorker(pool, pid));
    }

    /** Shows what the threads of a worker do, as text. */
    @ReadOperation(produces = TEXT)
    public WebEndpointResponse<String> threadsAsText(@Selector String pool, @Selector long pid) {
        ThreadDump dump = endpoint.threads(pool, pid);
        return dump == null
                ? new WebEndpointResponse<>(noWorker(pool, pid), WebEndpointResponse.STATUS_NOT_FOUND)
                : new WebEndpointResponse<>(dump.threads());
    }

    /** Cancels a task. */
    @DeleteOperation
    public WebEndpointResponse<?> cancel(@Selector String pool, @Selector String taskId) {
        return found(
                endpoint.cancel(pool, taskId),
                endpoint.hasPool(pool)
                        ? "Pool '" + pool + "' has no task '" + taskId + "' that has not ended"
                        : endpoint.noPool(pool));
    }

    /** Acts on a pool. */
    @WriteOperation
    public WebEndpointResponse<?> act(@Selector String pool, String action) {
        return found(endpoint.act(pool, action), endpoint.noPool(pool));
    }

    private String noWorker(String pool, long pid) {
        return endpoint.hasPool(pool) ? "Pool '" + pool + "' has no worker with pid " + pid : endpoint.noPool(pool);
    }

    private static WebEndpointResponse<?> found(@Nullable Object body, String otherwise) {
        return body != null
                ? new WebEndpointResponse<>(body)
                : new WebEndpointResponse<>(new NotFound(otherwise), WebEndpointResponse.STATUS_NOT_FOUND);
    }

    /** Says what was not found. */
    public record NotFound(String error) {}
}
