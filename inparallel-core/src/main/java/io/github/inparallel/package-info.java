/** What users of the library touch: the annotation, futures, {@code WaitFor} and the exceptions. */
@NullMarked
package io.github.inparallel;

import org.jspecify.annotations.NullMarked;
