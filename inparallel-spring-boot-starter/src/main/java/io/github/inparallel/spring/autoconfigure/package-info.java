/** Auto-configuration and properties. Nothing refers to it. */
@NullMarked
package io.github.inparallel.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
