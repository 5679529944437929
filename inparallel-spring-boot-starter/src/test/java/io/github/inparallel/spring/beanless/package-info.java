/** Classes with {@code @InParallel} methods, one of which is forgotten. */
@NullMarked
package io.github.inparallel.spring.beanless;

import org.jspecify.annotations.NullMarked;
