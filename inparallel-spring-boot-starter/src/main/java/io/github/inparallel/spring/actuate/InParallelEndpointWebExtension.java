package io.github.inparallel.spring.actuate;

import io.github.inparallel.spring.actuate.InParallelEndpoint.ThreadDump;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Answers over the web: 404 with a word about it for what does not exist, 400 with one for what is no action, and what a
 * worker tells as text for who accepts text.
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
        return found(endpoint.threads(pool, pid), endpoint.noWorker(pool, pid));
    }

    /** Shows what the threads of a worker do, as text. */
    @ReadOperation(produces = TEXT)
    public WebEndpointResponse<String> threadsAsText(@Selector String pool, @Selector long pid) {
        ThreadDump dump = endpoint.threads(pool, pid);
        return text(dump == null ? null : dump.threads(), endpoint.noWorker(pool, pid));
    }

    /** Shows more of a worker: its heap or its output. */
    @ReadOperation
    public WebEndpointResponse<?> details(@Selector String pool, @Selector long pid, @Selector String what) {
        return found(endpoint.details(pool, pid, what), endpoint.noDetails(pool, pid, what));
    }

    /** Shows more of a worker, as text. */
    @ReadOperation(produces = TEXT)
    public WebEndpointResponse<String> detailsAsText(@Selector String pool, @Selector long pid, @Selector String what) {
        return text(endpoint.details(pool, pid, what), endpoint.noDetails(pool, pid, what));
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

    /** Acts on a pool, or on a worker of it. */
    @WriteOperation
    public WebEndpointResponse<?> act(
            @Selector String pool,
            @Nullable String action,
            @Nullable String pid,
            @Nullable String min,
            @Nullable String max) {
        try {
            return found(endpoint.act(pool, action, pid, min, max), endpoint.noWorker(pool, pid));
        } catch (InvalidEndpointRequestException e) {
            return new WebEndpointResponse<>(
                    new Refused(String.valueOf(e.getMessage())), WebEndpointResponse.STATUS_BAD_REQUEST);
        }
    }

    private static WebEndpointResponse<String> text(@Nullable Object body, String otherwise) {
        return body != null
                ? new WebEndpointResponse<>(body.toString())
                : new WebEndpointResponse<>(otherwise, WebEndpointResponse.STATUS_NOT_FOUND);
    }

    private static WebEndpointResponse<?> found(@Nullable Object body, String otherwise) {
        return body != null
                ? new WebEndpointResponse<>(body)
                : new WebEndpointResponse<>(new NotFound(otherwise), WebEndpointResponse.STATUS_NOT_FOUND);
    }

    /** Says what is wrong with a request. */
    public record Refused(String error) {}

    /** Says what was not found. */
    public record NotFound(String error) {}
}
