package io.github.inparallel.worker;

/**
 * How long nothing has been heard of the application. Times in which this process did not run itself (it was stopped, its
 * container was paused) do not count: whoever looks later than it meant to was not there to hear anything. Confined to one
 * thread; time is given to it.
 */
final class Silence {

    private final long longest;
    private final long between;
    private long looked;
    private long since;

    /** @param longest nanoseconds of silence that mean that nobody is there */
    Silence(long longest, long now) {
        this.longest = longest;
        this.between = Math.max(1, longest / 4);
        this.looked = now;
        this.since = now;
    }

    /**
     * Looks at the time.
     *
     * @return how long to listen until it is to be looked at again; 0 if it has been silent for too long
     */
    long look(long now) {
        long late = now - looked - between;
        if (late > 0) {
            since += late;
        }
        looked = now;
        return Math.max(0, Math.min(between, longest - (now - since)));
    }

    /** Something was heard. */
    void heard(long now) {
        since = now;
    }
}
