package io.github.inparallel.pool.history;

import io.github.inparallel.TaskFailedException;
import org.jspecify.annotations.Nullable;

/** Texts of others, cut so that they need no more memory than is planned. */
final class Texts {

    /** Of names of methods. */
    static final int NAME_BYTES = 80;

    private Texts() {}

    /** Returns how much memory a text needs, with what is around it. */
    static int bytes(String text) {
        return 56 + (isLatin(text, text.length()) ? 1 : 2) * text.length();
    }

    /** Returns the text, or its beginning if it needs more bytes: one for a character, or two if not all are Latin. */
    static String cut(String text, int bytes) {
        int most = isLatin(text, Math.min(text.length(), bytes)) ? bytes : bytes / 2;
        if (text.length() <= most) {
            return text;
        }
        int end = most - 3;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "...";
    }

    private static boolean isLatin(String text, int length) {
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    /** Returns the first line of a text. */
    static String firstLine(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String stripped = text.strip();
        for (int i = 0; i < stripped.length(); i++) {
            char c = stripped.charAt(i);
            if (c == '\n' || c == '\r') {
                return stripped.substring(0, i).stripTrailing();
            }
        }
        return stripped;
    }

    /** Returns the class of the exception that the method threw. */
    static String type(@Nullable Throwable failure) {
        return failure == null
                ? ""
                : failure instanceof TaskFailedException unknown
                        ? unknown.originalType()
                        : failure.getClass().getName();
    }
}
