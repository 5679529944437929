package io.github.inparallel.cluster;

import io.github.inparallel.pool.member.LentSlots;
import io.github.inparallel.pool.member.RemoteSlots;
import java.time.Duration;

/**
 * A pool of this member that shares its slots.
 *
 * @param remote where it hears of others' slots
 * @param lent its own slots, for others
 * @param maxPayload bytes of one argument list or result
 * @param grace how long after its limit a task that another member runs may still end: the time to kill its worker, and for
 *     messages
 */
public record SharedPool(RemoteSlots remote, LentSlots lent, long maxPayload, Duration grace) {

    public SharedPool {
        if (maxPayload < 0 || grace.isNegative()) {
            throw new IllegalArgumentException(
                    "max-payload " + maxPayload + ", grace " + grace + " (expected: none below 0)");
        }
    }
}
