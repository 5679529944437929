package io.github.inparallel.benchmarks;

/** Something for a processor to do that touches no memory. */
final class Work {

    private Work() {}

    static long steps(int millions) {
        long state = 88172645463325252L;
        for (long i = 0; i < millions * 1_000_000L; i++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
        }
        return state;
    }
}
