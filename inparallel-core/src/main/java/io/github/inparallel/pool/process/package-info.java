/**
 * Workers as processes of the operating system: how their JVMs are started (command, argument file, options and properties
 * that they inherit, the class cache), what they are told at their start, what they print, what they leave behind, and the
 * pool's directory. Supervision and the pool itself call it, on background threads, since all of it may take long.
 * {@code JvmLauncher} is where to read first. Of {@code pool} it knows options, observers and what a launcher is, never the
 * pool. It is no API.
 */
@NullMarked
package io.github.inparallel.pool.process;

import org.jspecify.annotations.NullMarked;
