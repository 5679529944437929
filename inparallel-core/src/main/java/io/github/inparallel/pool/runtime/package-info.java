/**
 * What code of the engine takes from the JVM and the machine that it runs on: time and deadlines, threads, memory for
 * results, the removal of files, a log that never throws, and safe looks at exceptions and texts of others. Everything below {@code pool} may use
 * it; it knows nothing of pools. {@code Machine} is where to read first: it is the seam at which a simulation gives a pool
 * another time and other threads. It is no API.
 */
@NullMarked
package io.github.inparallel.pool.runtime;

import org.jspecify.annotations.NullMarked;
