/** Durations and sizes: how long is never, and how people write them. */
@NullMarked
package io.github.inparallel.units;

import org.jspecify.annotations.NullMarked;
