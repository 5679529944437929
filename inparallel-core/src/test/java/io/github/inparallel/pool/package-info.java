/** Tests of the pool, with real workers where processes are the point. */
@NullMarked
package io.github.inparallel.pool;

import org.jspecify.annotations.NullMarked;
