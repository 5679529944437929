package io.github.inparallel.worker;

/**
 * A moment on two clocks, neither of which tells alone how long ago it was: one stands still while the machine sleeps, and
 * the other may be set.
 *
 * @param nanos of {@code System.nanoTime()}
 * @param millis of {@code System.currentTimeMillis()}
 */
record Moment(long nanos, long millis) {

    static Moment now() {
        return new Moment(System.nanoTime(), System.currentTimeMillis());
    }
}
