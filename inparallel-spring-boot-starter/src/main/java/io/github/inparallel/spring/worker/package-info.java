/** The worker of a Spring application: how it was launched, and how a worker boots it again without its doors open. */
@NullMarked
package io.github.inparallel.spring.worker;

import org.jspecify.annotations.NullMarked;
