/** The worker's side: what runs in the subprocess. It knows nothing of the pool. */
@NullMarked
package io.github.inparallel.worker;

import org.jspecify.annotations.NullMarked;
