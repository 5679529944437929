/**
 * What not every operating system has: {@link io.github.inparallel.platform.PlatformFeature} names it and tells whether it is
 * there; whoever needs it asks here. It knows no other package. Not API.
 */
@NullMarked
package io.github.inparallel.platform;

import org.jspecify.annotations.NullMarked;
