@NullMarked
package io.github.inparallel.platform;

import org.jspecify.annotations.NullMarked;
