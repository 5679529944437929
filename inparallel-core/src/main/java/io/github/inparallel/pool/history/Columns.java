package io.github.inparallel.pool.history;

/**
 * The times for which methods are counted: the present minute and the four before it, and the present five minutes and the
 * eleven times five before them. Guarded by the history's lock.
 */
final class Columns {

    /** Minutes, with the present one. */
    static final int MINUTES = 5;

    /** Times of five minutes, with the present one. */
    static final int FIVES = 12;

    private int minutes; // that are over
    private int fives;

    /** Returns the index of the past minute that is forgotten for the one that ends. */
    int oldestMinute() {
        return minutes % (MINUTES - 1);
    }

    /** Returns the index of the past five minutes that are forgotten for those that end. */
    int oldestFive() {
        return fives % (FIVES - 1);
    }

    void minuteEnded() {
        minutes = (minutes + 1) % (MINUTES - 1);
    }

    void fiveEnded() {
        fives = (fives + 1) % (FIVES - 1);
    }
}
