/**
 * The class cache's files: keys, safety, entries; a class path as plain jars and a class-data archive for it. {@code pool.process} calls it, on background threads. {@code ClassCache} is where to read first. It knows
 * nothing of pools, and is no API, but for {@code ClassPathEntry}, of which a bootstrap in {@code PoolOptions} may have some.
 */
@NullMarked
package io.github.inparallel.pool.process.cache;

import org.jspecify.annotations.NullMarked;
