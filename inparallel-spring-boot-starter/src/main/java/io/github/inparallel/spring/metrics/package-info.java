/** Shows pools and tasks in Micrometer: meters and observations. */
@NullMarked
package io.github.inparallel.spring.metrics;

import org.jspecify.annotations.NullMarked;
