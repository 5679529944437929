/** Holds one call of a method: what travels to whatever engine runs it, and how its caller waits. */
@NullMarked
package io.github.inparallel.call;

import org.jspecify.annotations.NullMarked;
