/**
 * How options are checked and what stands for those that are not set: refusals by name, and a pool's share of the machine. Everything below {@code pool} may use it; of pools it knows only
 * {@code InvalidOptionException}. {@code MachineShare} is where to read first. It is no API: options themselves are
 * {@code PoolOptions}.
 */
@NullMarked
package io.github.inparallel.pool.config;

import org.jspecify.annotations.NullMarked;
