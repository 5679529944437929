/**
 * Leads from an annotated bean method to a call of the engine: post-processor, interceptor, and the application's
 * pools.
 */
@NullMarked
package io.github.inparallel.spring;

import org.jspecify.annotations.NullMarked;
