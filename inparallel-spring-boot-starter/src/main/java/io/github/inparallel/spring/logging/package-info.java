/** Forwards log events of workers, and logs them in the application. Logback is needed. */
@NullMarked
package io.github.inparallel.spring.logging;

import org.jspecify.annotations.NullMarked;
