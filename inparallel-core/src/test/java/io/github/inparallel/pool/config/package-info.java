/** Tests of options and their defaults, without processes. */
@NullMarked
package io.github.inparallel.pool.config;

import org.jspecify.annotations.NullMarked;
