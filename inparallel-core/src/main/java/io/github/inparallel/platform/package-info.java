/**
 * What not every operating system has: {@link io.github.inparallel.platform.PlatformFeature} names it and tells whether it is
 * there, and the classes beside it are the only ones that use it. It knows no other package. Not API.
 */
@NullMarked
package io.github.inparallel.platform;

import org.jspecify.annotations.NullMarked;
