package io.github.inparallel.pool.history;

/** What a pool shows at a moment. Asked by the supervisor and by those who read the history. */
public interface Gauges {

    /** Returns how many tasks workers have. */
    int running();

    /** Returns how many tasks wait. */
    int queued();

    /** Counts workers, by the ordinals of their states. */
    void countWorkers(int[] byState);

    /** Returns the resident bytes of all workers, which takes a while. */
    long memory();
}
