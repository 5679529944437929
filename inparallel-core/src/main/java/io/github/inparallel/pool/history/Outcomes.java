package io.github.inparallel.pool.history;

import io.github.inparallel.TaskState;
import java.util.EnumMap;
import java.util.Map;

/** The states in which tasks end, numbered from 0, so that they can be counted in arrays. */
final class Outcomes {

    private static final TaskState[] STATES = TaskState.values();
    private static final int FIRST = TaskState.SUCCEEDED.ordinal();

    static final int COUNT = STATES.length - FIRST;

    private Outcomes() {}

    static int number(TaskState outcome) {
        return outcome.ordinal() - FIRST;
    }

    static TaskState state(int number) {
        return STATES[FIRST + number];
    }

    /** Returns those of so many counts that are not zero. */
    static Map<TaskState, Long> map(int[] counts, int from) {
        Map<TaskState, Long> map = new EnumMap<>(TaskState.class);
        for (int i = 0; i < COUNT; i++) {
            if (counts[from + i] != 0) {
                map.put(state(i), (long) counts[from + i]);
            }
        }
        return map;
    }
}
