package io.github.inparallel.pool.history;

/**
 * Where a slot's tasks stand on a time line.
 *
 * @param worker number of the worker that has the slot
 * @param row of the time line; two slots that live at the same time have different ones
 */
public record Lane(int worker, int row) {}
