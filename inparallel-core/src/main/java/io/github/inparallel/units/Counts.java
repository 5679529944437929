package io.github.inparallel.units;

/** Numbers of things, in messages. */
public final class Counts {

    private Counts() {}

    /** As in {@code 1 task} and {@code 12 tasks}; whatever follows the noun belongs to both texts. */
    public static String text(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
