/**
 * The class cache's files: a class path as plain jars and a class-data archive for it; and how files are
 * removed. It knows nothing of pools.
 */
@NullMarked
package io.github.inparallel.pool.cache;

import org.jspecify.annotations.NullMarked;
