package io.github.inparallel.cluster.jgroups;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs connections that came to nothing since one side is no member: once a minute, however many they are. Thread-safe. */
final class Strangers {

    private static final Logger log = LoggerFactory.getLogger(Strangers.class);

    private final LongSupplier nanoTime;
    private final MinuteCount refused = new MinuteCount();
    private final MinuteCount refusing = new MinuteCount();

    Strangers(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Somebody has come who is no member. */
    void refused(String address, Throwable why) {
        long number = refused.number(nanoTime.getAsLong());
        if (number > 0) {
            log.warn(
                    "{} {}: {}. Who is no member cannot join, and gets nothing; a member has the same"
                            + " inparallel.cluster.name, secret and ssl.bundle as this one",
                    number == 1
                            ? "A connection to this member was refused, from"
                            : number + " connections to this member were refused, the last from",
                    address,
                    reason(why));
        } else {
            log.debug("Refused a connection from {}", address, why);
        }
    }

    /** Another one does not take this one for a member, or is none itself. */
    void refusedBy(String address, Throwable why) {
        long number = refusing.number(nanoTime.getAsLong());
        if (number > 0) {
            log.warn(
                    "{} {}: {}. Members have the same inparallel.cluster.name, secret and ssl.bundle",
                    number == 1
                            ? "A connection to another member came to nothing, at"
                            : number + " connections to other members came to nothing, the last at",
                    address,
                    reason(why));
        } else {
            log.debug("A connection to {} came to nothing", address, why);
        }
    }

    private static String reason(Throwable why) {
        String message = why.getMessage();
        return message == null ? why.getClass().getSimpleName() : message;
    }
}
