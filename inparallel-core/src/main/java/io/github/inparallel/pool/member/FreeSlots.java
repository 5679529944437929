package io.github.inparallel.pool.member;

/**
 * How many tasks of others a pool takes at this moment.
 *
 * @param idle slots that wait for a task
 * @param startable slots for which a worker would have to be started, or that start
 */
public record FreeSlots(int idle, int startable) {

    /** No slot at all. */
    public static final FreeSlots NONE = new FreeSlots(0, 0);

    public FreeSlots {
        if (idle < 0 || startable < 0) {
            throw new IllegalArgumentException("free slots: " + idle + ", " + startable + " (expected: none below 0)");
        }
    }

    public int sum() {
        return idle + startable;
    }
}
