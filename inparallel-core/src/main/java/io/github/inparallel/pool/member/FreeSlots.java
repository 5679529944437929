package io.github.inparallel.pool.member;

/**
 * How many tasks of others a pool takes at this moment.
 *
 * @param idle slots that wait for a task
 * @param startable slots for which a worker would have to be started, or that start
 * @param ahead most tasks of one member that may be there at once if they are short, whether they have a slot or wait for one;
 *     0 if none may wait
 */
public record FreeSlots(int idle, int startable, int ahead) {

    /** No slot at all. */
    public static final FreeSlots NONE = new FreeSlots(0, 0, 0);

    public FreeSlots {
        if (idle < 0 || startable < 0 || ahead < 0) {
            throw new IllegalArgumentException(
                    "free slots: " + idle + ", " + startable + ", " + ahead + " (expected: none below 0)");
        }
    }

    /** No task may come ahead of a slot. */
    public FreeSlots(int idle, int startable) {
        this(idle, startable, 0);
    }

    public int sum() {
        return idle + startable;
    }
}
