package io.github.inparallel.pool.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Callers that wait for room, in order: only the first looks whether there is any, and nobody who comes later overtakes
 * them. Everything here is guarded by the dispatcher's lock.
 */
final class BlockedCallers {

    private final Supplier<Condition> conditions;
    private final List<Condition> places = new ArrayList<>(); // a deque that cannot grow would lose all it has

    /** @param conditions of the dispatcher's lock */
    BlockedCallers(Supplier<Condition> conditions) {
        this.conditions = conditions;
    }

    /**
     * Whether it is the turn of who has this place.
     *
     * @param place null of who has come just now
     */
    boolean isTurn(@Nullable Condition place) {
        return first() == place;
    }

    /** Adds a place at the end, which its caller has to leave. */
    Condition join() {
        Condition place = conditions.get();
        places.add(place);
        return place;
    }

    void leave(Condition place) {
        places.remove(place);
        roomForOne();
    }

    /** Has the first look, since there may be room; when it leaves, the next one does. */
    void roomForOne() {
        Condition first = first();
        if (first != null) {
            first.signalAll();
        }
    }

    private @Nullable Condition first() {
        return places.isEmpty() ? null : places.get(0);
    }

    /** Has all of them look, since nobody is to wait any longer. */
    void dissolve() {
        places.forEach(Condition::signalAll);
    }
}
