/** Applications started in all the ways in which users start them, and the tests that their workers start too. */
@NullMarked
package io.github.inparallel.spring.launch;

import org.jspecify.annotations.NullMarked;
