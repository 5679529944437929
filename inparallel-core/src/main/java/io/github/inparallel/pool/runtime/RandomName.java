package io.github.inparallel.pool.runtime;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Names of files that nobody else has, nor can foresee. */
public final class RandomName {

    /** What such a name looks like. */
    public static final String PATTERN = "[0-9a-f]{12}";

    private static final int BYTES = 6;

    private RandomName() {}

    /** Returns a name that has not been there. */
    public static String create() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
