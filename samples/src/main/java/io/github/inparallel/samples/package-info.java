/** A shop: web, security, database, messages, cache, schedules. Its slow work runs in workers. */
@NullMarked
package io.github.inparallel.samples;

import org.jspecify.annotations.NullMarked;
