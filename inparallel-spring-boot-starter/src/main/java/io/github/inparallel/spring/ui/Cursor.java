package io.github.inparallel.spring.ui;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
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

    private final boolean start;

    private Cursor(boolean start) {
        this.start = start;
    }

    static Cursor start() {
        return new Cursor(true);
    }

    /** Returns the cursor that a text says; the start, if this process did not write it. */
    static Cursor parse(@Nullable String text) {
        if (text == null || !text.startsWith(PROCESS + ".")) {
            return start();
        }
        Cursor cursor = new Cursor(false);
        for (String each : text.substring(PROCESS.length() + 1).split("\\.", -1)) {
            int at = each.lastIndexOf('-');
            if (at > 0) {
                try {
                    cursor.read.put(each.substring(0, at), Long.parseLong(each.substring(at + 1)));
                } catch (NumberFormatException e) {
                    return start(); // not ours
                }
            }
        }
        return cursor;
    }

    /** Whether nothing was read before; who has read that there was no pool has read something. */
    boolean isStart() {
        return start;
    }

    /** Returns how far this pool was read. */
    long of(String pool) {
        return read.getOrDefault(key(pool), 0L);
    }

    void read(String pool, long upTo) {
        read.put(key(pool), upTo);
    }

    /**
     * Pools may have any name, and there may be many of them; a cursor is part of an address, and short. Two names have the
     * same key once in 2<sup>48</sup> pairs.
     */
    private static String key(String pool) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(pool.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, 6));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each JVM has it
        }
    }

    @Override
    public String toString() {
        return read.entrySet().stream()
                .map(entry -> entry.getKey() + "-" + entry.getValue())
                .collect(Collectors.joining(".", PROCESS + ".", ""));
    }
}
