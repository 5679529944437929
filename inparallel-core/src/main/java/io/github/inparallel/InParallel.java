package io.github.inparallel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the annotated method in another process: a warm, supervised worker JVM of a pool.
 *
 * <p>The declared return type decides how the caller waits. {@link TaskFuture}, {@link
 * java.util.concurrent.CompletableFuture}, {@link java.util.concurrent.CompletionStage} and {@link
 * java.util.concurrent.Future} are returned at once and carry every failure. Any other type, {@code void} too, blocks
 * the caller until the outcome, and failures are thrown.
 *
 * <p>On a type it covers every public method that the type declares. It works as a meta-annotation. Arguments and
 * results cross as data: the worker sees copies.
 *
 * <p>The Java counterpart of the Python library's {@code @task}, which forks once per call.
 */
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface InParallel {

    /** Name of the pool that runs the method; empty is {@code default}. */
    String value() default "";

    /** Name of the pool, the same as {@link #value()}; naming two different pools is an error at start. */
    String pool() default "";

    /**
     * Longest running time of a task, such as {@code 30s}, {@code PT30S}, a placeholder like {@code ${ocr.timeout}}, or
     * {@code none}; empty is the pool's. The clock starts when the task starts in the worker, not while it is queued.
     */
    String timeout() default "";

    /**
     * How many times a task whose worker was lost is given to another worker; {@code -1} is the pool's. A task that
     * threw is never tried again.
     */
    int retries() default -1;
}
