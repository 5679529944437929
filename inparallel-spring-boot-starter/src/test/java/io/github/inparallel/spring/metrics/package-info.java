@NullMarked
package io.github.inparallel.spring.metrics;

import org.jspecify.annotations.NullMarked;
