/** Measures the pool beside its limits and its peers: one class for each measure, and what they share. Not published. */
@NullMarked
package io.github.inparallel.benchmarks;

import org.jspecify.annotations.NullMarked;
