/** Something in a database. */
@NullMarked
package io.github.inparallel.benchmarks.app.orders;

import org.jspecify.annotations.NullMarked;
