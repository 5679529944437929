@NullMarked
package io.github.inparallel.spring;

import org.jspecify.annotations.NullMarked;
