@NullMarked
package io.github.inparallel.marshal;

import org.jspecify.annotations.NullMarked;
