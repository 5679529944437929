/** That inparallel works in an application with real components. Each class is one story with processes of its own. */
@NullMarked
package io.github.inparallel.samples;

import org.jspecify.annotations.NullMarked;
