package io.github.inparallel.units;

import java.util.Locale;

/** Sizes as people write them. */
public final class Sizes {

    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

    private Sizes() {}

    /** As it may be set, as in {@code 64MB}; what is no whole number of a unit has one decimal, as in {@code 66.9MB}. */
    public static String text(long bytes) {
        int unit = 0;
        long whole = bytes;
        while (whole != 0 && whole % 1024 == 0 && unit < UNITS.length - 1) {
            whole /= 1024;
            unit++;
        }
        if (Math.abs(whole) < 10_000) {
            return whole + UNITS[unit];
        }
        double size = whole;
        while (Math.abs(size) >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f", size) + UNITS[unit];
    }
}
