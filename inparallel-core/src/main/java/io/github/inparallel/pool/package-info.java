/**
 * The door to a pool of workers, and what users set it up and observe it with: this package is API. The engine is in the
 * packages below, none of which is: {@code supervision}, {@code dispatch}, {@code task}, {@code process}, and what all of
 * them use, {@code config} and {@code runtime}. {@code WorkerPool} alone puts them together.
 */
@NullMarked
package io.github.inparallel.pool;

import org.jspecify.annotations.NullMarked;
