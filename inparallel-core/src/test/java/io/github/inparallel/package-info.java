/**
 * Tests. Numbers such as B63 name the behaviours of process pools that a test shows. Those that do not apply here:
 *
 * <ul>
 *   <li>B13, a task that returns an exception: exceptions cross only by being thrown; the signature is refused at start.
 *   <li>B14, errors of nested calls: a call inside a worker stays in that worker, so there is one level.
 *   <li>B42, limits of chunks: there are no chunks; a limit is each task's own.
 *   <li>B62, a pool that is dropped without being closed: it lives until it is closed or the JVM ends, as every
 *       {@code AutoCloseable} with threads.
 *   <li>B64, a cleanup helper that is killed: there is none; the end of a connection ends workers.
 *   <li>B99, static methods: Spring proxies none.
 *   <li>B102, a result's class that the caller cannot load: it is in the signature that the caller has loaded.
 * </ul>
 */
@NullMarked
package io.github.inparallel;

import org.jspecify.annotations.NullMarked;
