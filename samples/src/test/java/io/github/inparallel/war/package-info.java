/** A web application that is deployed in a servlet container, and the test that it has workers there. */
@NullMarked
package io.github.inparallel.war;

import org.jspecify.annotations.NullMarked;
