package io.github.inparallel.spring.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MimeType;

/** The files of the page: a closed list, each read once. Thread-safe. */
final class PageFiles {

    private static final MimeType HTML = MimeType.valueOf("text/html;charset=UTF-8");
    private static final MimeType SCRIPT = MimeType.valueOf("text/javascript;charset=UTF-8");
    private static final MimeType STYLE = MimeType.valueOf("text/css;charset=UTF-8");
    private static final MimeType ICON = MimeType.valueOf("image/svg+xml");

    private static final String PAGE = "index.html";

    /** What stands in the page for the folder of its files. */
    private static final String BASE = "{{base}}";

    private static final List<String> NAMES = List.of(
            "style.css",
            "icon.svg",
            "app.js",
            "actions.js",
            "charts.js",
            "connection.js",
            "details.js",
            "dialog.js",
            "format.js",
            "history.js",
            "members.js",
            "overview.js",
            "pool.js",
            "route.js",
            "tables.js",
            "timeline.js",
            "lit-html/lit-html.js",
            "lit-html/directive.js",
            "lit-html/directive-helpers.js",
            "lit-html/directives/repeat.js",
            "uplot/dist/uPlot.iife.min.js",
            "uplot/dist/uPlot.min.css");

    private final Map<String, File> read = new ConcurrentHashMap<>();

    /**
     * Content with its type.
     *
     * @param content is not changed by whoever has it
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record File(byte[] content, MimeType type) {}

    /** Returns the page, with the path of its files relative to where it was asked for. */
    File page(String base) {
        String page = new String(load(PAGE), StandardCharsets.UTF_8);
        return new File(page.replace(BASE, base).getBytes(StandardCharsets.UTF_8), HTML);
    }

    /** Returns the file with this path, segment by segment; null if there is none. */
    @Nullable
    File find(List<String> segments) {
        for (String name : NAMES) {
            if (List.of(name.split("/", -1)).equals(segments)) {
                return read.computeIfAbsent(name, key -> new File(load(key), type(key)));
            }
        }
        return null;
    }

    /** Returns the names of all files but the page. */
    static List<String> names() {
        return NAMES;
    }

    private static MimeType type(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".js" -> SCRIPT;
            case ".css" -> STYLE;
            default -> ICON;
        };
    }

    private static byte[] load(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The jar of inparallel has no file " + name + ": it is not complete");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("File " + name + " of the page cannot be read", e);
        }
    }
}
