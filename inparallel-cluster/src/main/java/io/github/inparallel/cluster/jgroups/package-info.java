/** The transport between members: a channel of JGroups, and the sockets below it, which let nobody in who is no member. */
@NullMarked
package io.github.inparallel.cluster.jgroups;

import org.jspecify.annotations.NullMarked;
