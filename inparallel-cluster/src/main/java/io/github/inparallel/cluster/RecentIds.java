package io.github.inparallel.cluster;

/** Which attempts have been heard of lately: what comes twice, or late, is known by it. Not thread-safe. */
final class RecentIds {

    private static final int COUNT = 1_024;

    private final long[] ids = new long[COUNT];

    RecentIds() {
        for (int i = 0; i < COUNT; i++) {
            ids[i] = i + 1L; // never in this place
        }
    }

    /** Returns whether it is new. */
    boolean add(long id) {
        boolean isNew = !contains(id);
        ids[place(id)] = id;
        return isNew;
    }

    boolean contains(long id) {
        return ids[place(id)] == id;
    }

    private static int place(long id) {
        return (int) (id & (COUNT - 1));
    }
}
