/** The parent's side: the pool, its workers, and what watches over them. */
@NullMarked
package io.github.inparallel.pool;

import org.jspecify.annotations.NullMarked;
