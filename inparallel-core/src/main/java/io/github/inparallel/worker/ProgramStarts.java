package io.github.inparallel.worker;

import java.lang.reflect.Field;
import java.util.Arrays;

/**
 * Keeps this JVM from starting programs. The JDK starts each through a helper, whose path it has as bytes in an array; they
 * are changed, so that {@code ProcessBuilder.start} fails. It needs {@code --add-opens java.base/java.lang=ALL-UNNAMED};
 * without it, or where the JDK was told to start programs in another way, nothing is prevented.
 */
final class ProgramStarts {

    private ProgramStarts() {}

    /** Never to be undone: for a process that ends. */
    static void prevent() {
        try {
            Field field = Class.forName("java.lang.ProcessImpl").getDeclaredField("helperpath");
            field.setAccessible(true);
            if (field.get(null) instanceof byte[] path) {
                Arrays.fill(path, (byte) 0); // an empty path: no such file
            }
        } catch (Throwable e) {
            // those that are there are ended all the same
        }
    }
}
