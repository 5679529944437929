/** Values as applications pass them, apart from the shop, which would take their entities for its own. */
@NullMarked
package io.github.inparallel.values;

import org.jspecify.annotations.NullMarked;
