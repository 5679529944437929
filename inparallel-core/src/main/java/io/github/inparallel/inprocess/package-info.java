/** Workers that are threads of the application's own process: same engine, same marshalling, for tests and debugging. */
@NullMarked
package io.github.inparallel.inprocess;

import org.jspecify.annotations.NullMarked;
