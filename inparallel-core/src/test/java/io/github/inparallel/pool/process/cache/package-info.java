/** Tests of the class cache's files. */
@org.jspecify.annotations.NullMarked
package io.github.inparallel.pool.process.cache;
