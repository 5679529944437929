package io.github.inparallel.pool.runtime;

import java.util.regex.Pattern;

/** Takes passwords out of what workers say, before it becomes part of a message of ours. */
public final class Redaction {

    private static final Pattern NAMED =
            Pattern.compile("(?i)((?:password|passwd|pwd|secret|token)\\s*[=:]\\s*)[^\\s;&,\"')]+");
    private static final Pattern OF_A_USER = Pattern.compile("(\\w://[^\\s/:@]*:)[^\\s/@]+@");

    private Redaction() {}

    /** Returns the text without passwords. */
    public static String of(String text) {
        String named = NAMED.matcher(text).replaceAll("$1***");
        return OF_A_USER.matcher(named).replaceAll("$1***@");
    }
}
