/**
 * Who is free, who waits, and how a task gets to a slot and its answer back. One lock owns all of it: the queue, the leases,
 * and the notes in slots, workers and tasks; a slot's connection belongs to whoever has its lease. The door submits tasks
 * here on callers' threads, supervision tells which workers may have some. {@code Dispatcher} is where to read first, then
 * {@code DispatchState}, which has the lock, then {@code SlotConnection}. It knows tasks, never who supervises workers. It is
 * no API.
 */
@NullMarked
package io.github.inparallel.pool.dispatch;

import org.jspecify.annotations.NullMarked;
