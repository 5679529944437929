/** Tests of supervision in times of their own, without processes. */
@NullMarked
package io.github.inparallel.pool.supervision;

import org.jspecify.annotations.NullMarked;
