@NullMarked
package io.github.inparallel.inprocess;

import org.jspecify.annotations.NullMarked;
