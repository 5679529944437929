package io.github.inparallel.cluster;

/** Hears of tasks that cross. Called on whatever thread it happens: it neither waits nor throws. */
public interface ClusterObserver {

    /** An observer that does nothing. */
    ClusterObserver NONE = (pool, direction, outcome) -> {};

    /** Which way a task crossed. */
    enum Direction {
        /** This member's pool called. */
        SENT("sent"),
        /** This member ran it for another. */
        RECEIVED("received");

        private final String label;

        Direction(String label) {
            this.label = label;
        }

        /** The direction as metric tags spell it. */
        public String label() {
            return label;
        }
    }

    /**
     * An attempt of a task has ended; told before anybody sees its outcome.
     *
     * @param outcome as metric tags spell it, in the words of all outcomes; a call that came back since there was no slot has none
     */
    void taskEnded(String pool, Direction direction, String outcome);
}
