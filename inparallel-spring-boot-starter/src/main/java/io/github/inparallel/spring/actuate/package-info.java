/** The actuator's endpoint and health of pools. */
@NullMarked
package io.github.inparallel.spring.actuate;

import org.jspecify.annotations.NullMarked;
