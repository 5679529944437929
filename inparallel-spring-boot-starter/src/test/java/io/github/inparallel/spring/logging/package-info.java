@NullMarked
package io.github.inparallel.spring.logging;

import org.jspecify.annotations.NullMarked;
