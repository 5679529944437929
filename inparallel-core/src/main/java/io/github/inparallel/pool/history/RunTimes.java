package io.github.inparallel.pool.history;

import java.util.Arrays;

/**
 * How long tasks of each method ran, in the last minutes and the last hour: a table with a row for each step of the scale
 * that a method's times have been in. Few are, for most methods, so all share a table that never grows; a time for whose
 * step there is no room counts in the nearest step that its method has. Guarded by the history's lock.
 */
final class RunTimes {

    static final int ROWS = 1_024;

    private static final int PLACES = 2_048; // of the hash table; a power of two
    private static final int PAST = Columns.MINUTES - 1 + Columns.FIVES - 1;

    private final int methods;
    private final char[] places = new char[PLACES]; // 1 + row; 0 is none
    private final char[] keys = new char[ROWS];
    private final int[] minute = new int[ROWS]; // counts of the present minute
    private final int[] five = new int[ROWS]; // counts of the present five minutes, but for the present one
    // Counts of past minutes, then of past times of five: steps of the scale, for which a byte is enough.
    private final byte[] past = new byte[ROWS * PAST];
    private int rows;

    /** @param methods how many there can be; each has one row at least */
    RunTimes(int methods) {
        this.methods = methods;
    }

    void count(int method, long nanos) {
        int row = row(method, LogScale.step(nanos));
        if (row >= 0) {
            minute[row]++;
        }
    }

    private int row(int method, int step) {
        int key = method * LogScale.SIZE + step;
        int place = place(key);
        while (places[place] != 0) {
            if (keys[places[place] - 1] == key) {
                return places[place] - 1;
            }
            place = place + 1 & PLACES - 1;
        }
        if (rows < ROWS - methods) {
            return newRow(key, place);
        }
        int nearest = nearest(method, step);
        return nearest >= 0 || rows == ROWS ? nearest : newRow(key, place);
    }

    private static int place(int key) {
        return key * 0x9E3779B1 >>> 21; // 11 bits, well mixed
    }

    private int newRow(int key, int place) {
        keys[rows] = (char) key;
        places[place] = (char) (rows + 1);
        return rows++;
    }

    private int nearest(int method, int step) {
        int found = -1;
        int distance = Integer.MAX_VALUE;
        for (int row = 0; row < rows; row++) {
            if (keys[row] / LogScale.SIZE == method) {
                int other = Math.abs(keys[row] % LogScale.SIZE - step);
                if (other < distance) {
                    distance = other;
                    found = row;
                }
            }
        }
        return found;
    }

    /** The present minute is over. */
    void minuteEnds(Columns columns) {
        for (int row = 0; row < rows; row++) {
            past[row * PAST + columns.oldestMinute()] = code(minute[row]);
            five[row] += minute[row];
            minute[row] = 0;
        }
    }

    /** The present five minutes are over, and so is their last one. */
    void fiveEnds(Columns columns) {
        for (int row = 0; row < rows; row++) {
            past[row * PAST + Columns.MINUTES - 1 + columns.oldestFive()] = code(five[row]);
            five[row] = 0;
        }
        tidy();
    }

    private static byte code(int count) {
        return (byte) LogScale.step(count);
    }

    /** Gives up the rows of times that have not occurred for an hour. */
    private void tidy() {
        int kept = 0;
        for (int row = 0; row < rows; row++) {
            if (isEmpty(row)) {
                continue;
            }
            keys[kept] = keys[row];
            minute[kept] = minute[row];
            five[kept] = five[row];
            System.arraycopy(past, row * PAST, past, kept * PAST, PAST);
            kept++;
        }
        Arrays.fill(past, kept * PAST, rows * PAST, (byte) 0);
        Arrays.fill(minute, kept, rows, 0);
        Arrays.fill(five, kept, rows, 0);
        rows = kept;
        Arrays.fill(places, (char) 0);
        for (int row = 0; row < rows; row++) {
            int place = place(keys[row]);
            while (places[place] != 0) {
                place = place + 1 & PLACES - 1;
            }
            places[place] = (char) (row + 1);
        }
    }

    private boolean isEmpty(int row) {
        if (minute[row] != 0 || five[row] != 0) {
            return false;
        }
        for (int i = row * PAST; i < (row + 1) * PAST; i++) {
            if (past[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns how often a method's times were in each step within the last five minutes. */
    long[] ofFiveMinutes(int method) {
        return counts(method, false);
    }

    /** The same for the last hour. */
    long[] ofHour(int method) {
        return counts(method, true);
    }

    private long[] counts(int method, boolean hour) {
        long[] counts = new long[LogScale.SIZE];
        int from = hour ? Columns.MINUTES - 1 : 0;
        int to = hour ? PAST : Columns.MINUTES - 1;
        for (int row = 0; row < rows; row++) {
            if (keys[row] / LogScale.SIZE == method) {
                long count = minute[row] + (hour ? five[row] : 0L);
                for (int i = from; i < to; i++) {
                    count += LogScale.number(past[row * PAST + i] & 0xff);
                }
                counts[keys[row] % LogScale.SIZE] += count;
            }
        }
        return counts;
    }
}
