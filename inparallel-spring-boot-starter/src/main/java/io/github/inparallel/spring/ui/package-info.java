/** The live page: the endpoint {@code inparallelui}, its files and the state that it shows. */
@NullMarked
package io.github.inparallel.spring.ui;

import org.jspecify.annotations.NullMarked;
