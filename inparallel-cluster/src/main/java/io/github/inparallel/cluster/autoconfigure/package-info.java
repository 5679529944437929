/** Makes a Spring application a member of a cluster, by auto-configuration and properties. No other package refers to this one. */
@NullMarked
package io.github.inparallel.cluster.autoconfigure;

import org.jspecify.annotations.NullMarked;
