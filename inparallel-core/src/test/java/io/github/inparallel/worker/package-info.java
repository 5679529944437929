/** Tests of what runs in a worker, in this process. */
@NullMarked
package io.github.inparallel.worker;

import org.jspecify.annotations.NullMarked;
