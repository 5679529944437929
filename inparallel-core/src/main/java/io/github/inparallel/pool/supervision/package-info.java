/**
 * The supervisor's thread and all that only it may touch: the workers and the states of their lives, how many there are,
 * their connections, the limits of their tasks, their pulse and memory, and what their ends mean. The door gives it commands
 * and asks for its snapshots; nobody else calls it. {@code Supervisor} is the loop, {@code Workers} what happens to a worker,
 * {@code Worker} its states: read them in this order. It is no API.
 */
@NullMarked
package io.github.inparallel.pool.supervision;

import org.jspecify.annotations.NullMarked;
