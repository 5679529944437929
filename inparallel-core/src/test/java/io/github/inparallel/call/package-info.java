@NullMarked
package io.github.inparallel.call;

import org.jspecify.annotations.NullMarked;
