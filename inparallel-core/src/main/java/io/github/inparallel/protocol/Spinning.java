package io.github.inparallel.protocol;

/**
 * Whether a wait begins by spinning. It does while waits are over within the limit; after a few that were not it does so
 * ever more rarely, so that an idle side uses no processor. Spinning always yields: with more threads than processors it
 * costs the others nothing.
 *
 * <p>Used by one thread at a time; where several do, they only spoil each other's guess.
 */
public final class Spinning {

    private static final int PATIENCE = 3;
    private static final int MOST_SKIPPED = 64;

    private final long limitNanos;
    private int misses; // in a row
    private int skip; // waits that do not spin

    /** @param limitNanos longest time that a wait spins; 0 is never */
    public Spinning(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    /** Whether this wait is to spin; then {@link #spun} is to be told. */
    public boolean isWorthwhile() {
        if (skip > 0) {
            skip--;
            return false;
        }
        return limitNanos > 0;
    }

    /** Longest time to spin. */
    public long limitNanos() {
        return limitNanos;
    }

    /** How it went: whether the wait was over while it spun. */
    public void spun(boolean hit) {
        if (hit) {
            misses = 0;
        } else if (++misses >= PATIENCE) {
            skip = Math.min(MOST_SKIPPED, 1 << Math.min(misses, 6));
        }
    }
}
