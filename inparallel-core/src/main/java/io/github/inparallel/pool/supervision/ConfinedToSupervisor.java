package io.github.inparallel.pool.supervision;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks what only the supervisor's thread may call, once the object is made: a method, or all methods of a class but those that
 * are for {@link AnyThread}. Test runs watch it: a call by a second thread fails the test.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@interface ConfinedToSupervisor {}
