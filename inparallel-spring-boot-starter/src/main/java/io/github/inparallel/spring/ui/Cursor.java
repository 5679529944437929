package io.github.inparallel.spring.ui;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far somebody has read the history of each pool. It is good for one process only: after a restart of the
 * application all is new.
 */
final class Cursor {

    private static final String PROCESS = UUID.randomUUID().toString().substring(0, 8);

    private final Map<String, Long> read = new LinkedHashMap<>();

    private Cursor() {}

    static Cursor start() {
        return new Cursor();
    }

    /** Returns the cursor that a text says; the start, if this process did not write it. */
    static Cursor parse(@Nullable String text) {
        Cursor cursor = new Cursor();
        if (text == null || !text.startsWith(PROCESS + ".")) {
            return cursor;
        }
        for (String each : text.substring(PROCESS.length() + 1).split("\\.", -1)) {
            int at = each.lastIndexOf('-');
            if (at > 0) {
                try {
                    cursor.read.put(each.substring(0, at), Long.parseLong(each.substring(at + 1)));
                } catch (NumberFormatException e) {
                    return new Cursor(); // not ours
                }
            }
        }
        return cursor;
    }

    boolean isStart() {
        return read.isEmpty();
    }

    /** Returns how far this pool was read. */
    long of(String pool) {
        return read.getOrDefault(key(pool), 0L);
    }

    void read(String pool, long upTo) {
        read.put(key(pool), upTo);
    }

    /** Pools may have any name; a cursor has only what needs no escape in an address. */
    private static String key(String pool) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(pool.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return read.entrySet().stream()
                .map(entry -> entry.getKey() + "-" + entry.getValue())
                .collect(Collectors.joining(".", PROCESS + ".", ""));
    }
}
