@NullMarked
package io.github.inparallel.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
