/**
 * Which member of a cluster runs which call. {@code Transport} carries bytes between members and says who is there; all else is
 * decided here, without knowing what carries them.
 */
@NullMarked
package io.github.inparallel.cluster;

import org.jspecify.annotations.NullMarked;
