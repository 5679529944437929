package io.github.inparallel.worker;

/**
 * Whether there is room on the stack for what must not break off in the middle, such as a lock that is to be released and
 * a frame that is to be written to its end. Tasks that recurse without end call us too.
 */
final class StackRoom {

    private static final int FRAMES = 100;

    private StackRoom() {}

    /** @throws StackOverflowError if there is no room: here, where nothing has begun */
    static void require() {
        descend(FRAMES, 0, 0, 0, 0);
    }

    /** The parameters take room in its frame. */
    private static long descend(int frames, long a, long b, long c, long d) {
        return frames == 0 ? a : descend(frames - 1, b, c, d, a + frames) + d;
    }
}
