/** Tests of what a pool runs on. */
@NullMarked
package io.github.inparallel.pool.runtime;

import org.jspecify.annotations.NullMarked;
