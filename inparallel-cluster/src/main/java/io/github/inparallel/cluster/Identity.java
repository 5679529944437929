package io.github.inparallel.cluster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a member is. Members with the same one run each other's calls.
 *
 * @param application the application's name
 * @param version the application's version; empty if it has none
 * @param methods the signatures of the methods of each pool that is shared, by the pool's name
 */
public record Identity(String application, String version, Map<String, List<String>> methods) {

    public Identity {
        SortedMap<String, List<String>> sorted = new TreeMap<>();
        methods.forEach((pool, signatures) ->
                sorted.put(pool, signatures.stream().distinct().sorted().toList()));
        methods = Collections.unmodifiableSortedMap(sorted);
    }

    /** A hash of all of it. */
    public String contract() {
        MessageDigest digest = sha256();
        update(digest, application);
        update(digest, version);
        methods.keySet().forEach(pool -> {
            update(digest, pool);
            update(digest, contract(pool));
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A hash of the methods of a pool. */
    String contract(String pool) {
        MessageDigest digest = sha256();
        methods.getOrDefault(pool, List.of()).forEach(signature -> update(digest, signature));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
