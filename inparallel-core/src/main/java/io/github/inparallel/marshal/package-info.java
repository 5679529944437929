/** Calls and their outcomes as data: what crosses between the processes, and the door to whatever engine runs them. */
@NullMarked
package io.github.inparallel.marshal;

import org.jspecify.annotations.NullMarked;
