/** An ordinary application, as users have them. It lives in a package of its own so that scanning finds only this. */
@NullMarked
package io.github.inparallel.spring.sample;

import org.jspecify.annotations.NullMarked;
