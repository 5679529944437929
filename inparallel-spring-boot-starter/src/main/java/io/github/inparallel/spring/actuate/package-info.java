/** Shows pools in the actuator: endpoint and health. */
@NullMarked
package io.github.inparallel.spring.actuate;

import org.jspecify.annotations.NullMarked;
