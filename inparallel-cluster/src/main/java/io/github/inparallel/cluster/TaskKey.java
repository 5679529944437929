package io.github.inparallel.cluster;

/**
 * Names a task between its caller and the member that runs it.
 *
 * @param pool number of the pool, as the caller counts
 * @param id number of the attempt in this pool
 */
record TaskKey(int pool, long id) {}
