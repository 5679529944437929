package io.github.inparallel.spring.ui;

import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Serves the live page, and the state that it shows as JSON. It only reads: what the page does is done by the endpoint
 * {@code inparallel}, with that endpoint's access.
 */
@WebEndpoint(id = "inparallelui", defaultAccess = Access.READ_ONLY)
public final class InParallelUiEndpoint {

    private static final MimeType TEXT = MimeType.valueOf("text/plain;charset=UTF-8");
    private static final List<String> STATE = List.of("state");

    private final PageFiles files = new PageFiles();
    private final PageState state;
    private final PagePaths paths;

    /**
     * @param cluster of which the application is a member; null if of none
     * @param paths where this endpoint and the endpoint {@code inparallel} are, and what the latter may do
     * @param application whose pools these are
     * @param csrf the token that a request of this caller must carry
     */
    public InParallelUiEndpoint(
            WorkerPools pools,
            @Nullable ClusterView cluster,
            PagePaths paths,
            String application,
            Supplier<@Nullable PageCsrf> csrf) {
        this.state = new PageState(pools, cluster, paths, application, csrf);
        this.paths = paths;
    }

    /** Returns the page to who asked without a slash at the end: its files are one level deeper. */
    @ReadOperation(produces = {"text/html", "*/*"})
    public WebEndpointResponse<byte[]> page() {
        return answer(files.page(paths.lastSegment() + "/"));
    }

    /**
     * Returns a file of the page, or its state.
     *
     * @param path below the endpoint; empty for the page itself
     * @param since cursor of the last answer: only history since then is returned
     */
    @ReadOperation(produces = {"text/html", "*/*"})
    public WebEndpointResponse<byte[]> file(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path, @Nullable String since) {
        List<String> names = List.of(path);
        if (names.isEmpty()) {
            return answer(files.page(""));
        }
        if (names.equals(STATE)) {
            return new WebEndpointResponse<>(
                    state.write(since), WebEndpointResponse.STATUS_OK, MimeTypeUtils.APPLICATION_JSON);
        }
        PageFiles.File file = files.find(names);
        if (file == null) {
            return new WebEndpointResponse<>(
                    "There is no such file".getBytes(StandardCharsets.UTF_8),
                    WebEndpointResponse.STATUS_NOT_FOUND,
                    TEXT);
        }
        return answer(file);
    }

    private static WebEndpointResponse<byte[]> answer(PageFiles.File file) {
        return new WebEndpointResponse<>(file.content(), WebEndpointResponse.STATUS_OK, file.type());
    }
}
