/** What Micrometer shows of the pools. */
@NullMarked
package io.github.inparallel.spring.metrics;

import org.jspecify.annotations.NullMarked;
