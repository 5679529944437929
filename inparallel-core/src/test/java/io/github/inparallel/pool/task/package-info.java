/** Tests of tasks and what is known of their methods, without processes. */
@NullMarked
package io.github.inparallel.pool.task;

import org.jspecify.annotations.NullMarked;
