package io.github.inparallel.spring.ui;

import java.util.Locale;

/**
 * What is wrong with a pool.
 *
 * @param severity how bad it is
 * @param pool whose problem it is
 * @param text what is wrong, in a sentence without its point
 * @param advice what to do
 */
record Problem(Severity severity, String pool, String text, Advice advice) {

    /** How bad it is; the worst first. */
    enum Severity {
        /** Tasks are not run. */
        ERROR,
        /** Tasks are lost, or late. */
        WARNING;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
