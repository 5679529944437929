package io.github.inparallel.demo;

import java.time.Duration;
import java.time.Instant;

/**
 * What a server said, and which process asked it when.
 *
 * @param pid id of the process that asked
 * @param began when the task began in that process
 * @param ended when the connection was closed again
 * @param output what the command printed, without surrounding white space
 */
public record Answer(long pid, Instant began, Instant ended, String output) {

    /** How long the task ran. */
    public Duration took() {
        return Duration.between(began, ended);
    }

    /** Whether the task was running at that moment. */
    public boolean runsAt(Instant moment) {
        return !moment.isBefore(began) && moment.isBefore(ended);
    }
}
