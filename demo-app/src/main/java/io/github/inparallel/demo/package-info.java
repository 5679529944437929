/** A Spring Boot application that logs in to twelve SSH servers, each login in a worker process. */
@NullMarked
package io.github.inparallel.demo;

import org.jspecify.annotations.NullMarked;
