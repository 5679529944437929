/** The live page in a real browser, and what is served of it. */
package io.github.inparallel.page;
