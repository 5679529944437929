/** Tests of how a worker boots the application. */
@org.jspecify.annotations.NullMarked
package io.github.inparallel.spring.worker;
