/**
 * A task from its submission to its one end: its limits, its request, who called it, what follows its end, what is known of
 * its method, and which methods are refused because they lose workers. A task belongs to whoever has it, which the
 * dispatcher hands on; the rest is thread-safe. {@code PoolTask} is where to read first. It knows neither slots nor workers.
 * It is no API.
 */
@NullMarked
package io.github.inparallel.pool.task;

import org.jspecify.annotations.NullMarked;
