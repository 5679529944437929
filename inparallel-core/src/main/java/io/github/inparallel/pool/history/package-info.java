/**
 * What a pool has done in the last hour, within a bound of memory: the engine tells it what happens, the door reads it. It
 * knows nothing of the engine, has no thread and wakes nobody. {@code History} is where to begin. It is no API.
 */
@NullMarked
package io.github.inparallel.pool.history;

import org.jspecify.annotations.NullMarked;
