/** Tests of what a pool keeps of the last hour, with a time of their own. */
@NullMarked
package io.github.inparallel.pool.history;

import org.jspecify.annotations.NullMarked;
