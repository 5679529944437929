/** Tests of how worker JVMs are started and what they leave. */
@NullMarked
package io.github.inparallel.pool.process;

import org.jspecify.annotations.NullMarked;
