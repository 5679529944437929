/** Wires the starter by auto-configuration and properties. No other package refers to this one. */
@NullMarked
package io.github.inparallel.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
