@NullMarked
package io.github.inparallel.protocol;

import org.jspecify.annotations.NullMarked;
