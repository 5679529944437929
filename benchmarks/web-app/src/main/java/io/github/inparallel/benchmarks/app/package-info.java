/** A small web application, started to see how fast it and its workers start. */
@NullMarked
package io.github.inparallel.benchmarks.app;

import org.jspecify.annotations.NullMarked;
