package io.github.inparallel.benchmarks;

/** What differs from the defaults in every pool that is measured. */
final class PoolSettings {

    static final long HEAP_BYTES = 1L << 30;

    /** Room for a payload of 64 MiB and what stands around it. */
    static final int MAX_PAYLOAD_BYTES = 80 << 20;

    private PoolSettings() {}
}
