package io.github.inparallel;

import java.time.Instant;

/**
 * What a task last reported about itself.
 *
 * @param fraction how much is done, from 0 to 1
 * @param message what it is doing, for a person; may be empty
 * @param at when the worker made the report
 */
public record TaskProgress(double fraction, String message, Instant at) {}
