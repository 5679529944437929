package io.github.inparallel.benchmarks;

/**
 * How much is put into measuring.
 *
 * @param rounds in each of which every contender is started anew, in turn
 * @param warmUpMillis before what counts
 * @param measureMillis that count
 * @param peers whether others are measured too
 * @param quick whether parts that take minutes are left out
 */
record Effort(int rounds, int warmUpMillis, int measureMillis, boolean peers, boolean quick) {

    static final int ROUNDS = 5;

    static Effort full(int rounds, boolean peers) {
        return new Effort(rounds, 3_000, 2_000, peers, false);
    }

    /** Before what counts, where two applications and a worker have their code compiled on the same processors. */
    int membersWarmUpMillis() {
        return 8 * warmUpMillis;
    }

    /** For use while optimising: a measure within a minute or so. */
    static Effort quick(boolean peers) {
        return new Effort(1, 1_500, 1_000, peers, true);
    }
}
