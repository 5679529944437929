package io.github.inparallel.spring.ui;

import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the page is and where its actions are, in relative paths only: so it works below any context path and behind
 * proxies that strip a prefix. Thread-safe.
 */
public final class PagePaths {

    private static final String PAGE = "inparallelui";
    private static final String ACTIONS = "inparallel";

    private final Function<String, @Nullable String> roots;
    private final BooleanSupplier writable;

    /**
     * @param roots the path of an endpoint below the base path of all; null if it is not exposed
     * @param writable whether the endpoint {@code inparallel} may change anything
     */
    public PagePaths(Function<String, @Nullable String> roots, BooleanSupplier writable) {
        this.roots = roots;
        this.writable = writable;
    }

    /** Returns the last segment of the page's own path. */
    String lastSegment() {
        String root = pageRoot();
        return root.substring(root.lastIndexOf('/') + 1);
    }

    /** Returns the path of the endpoint {@code inparallel} from the page's folder; null if it is not exposed. */
    @Nullable
    String actions() {
        String root = roots.apply(ACTIONS);
        return root == null ? null : "../".repeat(pageRoot().split("/", -1).length) + trimmed(root);
    }

    /** Tells whether the page may offer what changes anything. */
    boolean isWritable() {
        return roots.apply(ACTIONS) != null && writable.getAsBoolean();
    }

    private String pageRoot() {
        String root = roots.apply(PAGE);
        return root == null ? PAGE : trimmed(root);
    }

    private static String trimmed(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }
}
