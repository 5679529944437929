@NullMarked
package io.github.inparallel.units;

import org.jspecify.annotations.NullMarked;
