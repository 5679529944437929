package io.github.inparallel.pool.supervision;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a method that any thread may call, in a class that is {@link ConfinedToSupervisor} otherwise. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface AnyThread {}
