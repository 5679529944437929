/**
 * The worker's side: what runs in the subprocess. It knows nothing of the pool.
 *
 * <p>Its classes ask for a logger when they have something to say: to start a logging system costs more than all else in
 * a plain worker, and most have nothing to say.
 */
@NullMarked
package io.github.inparallel.worker;

import org.jspecify.annotations.NullMarked;
