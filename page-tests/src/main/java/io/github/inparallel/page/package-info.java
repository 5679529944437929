/** An application whose pools the live page shows in tests. */
@NullMarked
package io.github.inparallel.page;

import org.jspecify.annotations.NullMarked;
