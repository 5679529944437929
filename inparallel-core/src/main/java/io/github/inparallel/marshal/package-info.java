/** Methods and values as data: what crosses between the processes as bytes. */
@NullMarked
package io.github.inparallel.marshal;

import org.jspecify.annotations.NullMarked;
