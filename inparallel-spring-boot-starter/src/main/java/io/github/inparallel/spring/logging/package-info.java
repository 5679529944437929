/** Log events of workers: forwarded there, logged here. Needs Logback. */
@NullMarked
package io.github.inparallel.spring.logging;

import org.jspecify.annotations.NullMarked;
