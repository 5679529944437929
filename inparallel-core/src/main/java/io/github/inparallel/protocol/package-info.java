/** What both sides of a connection share: frames, channels, the hello and the launch description. */
@NullMarked
package io.github.inparallel.protocol;

import org.jspecify.annotations.NullMarked;
