/** Boots the application again in a worker, as it was launched, without its ports, listeners and schedules. */
@NullMarked
package io.github.inparallel.spring.worker;

import org.jspecify.annotations.NullMarked;
