/** Tests of the dispatcher, without workers. */
@NullMarked
package io.github.inparallel.pool.dispatch;

import org.jspecify.annotations.NullMarked;
