@NullMarked
package io.github.inparallel.spring.actuate;

import org.jspecify.annotations.NullMarked;
