package io.github.inparallel.pool.process;

import java.util.function.Consumer;

/**
 * Keeps the banner of a crashed JVM, 18 lines and more between hash signs, apart from what a worker prints: what it says
 * is in the message of the worker's end. Used by one thread.
 */
final class CrashBanner implements Consumer<String> {

    private static final String SIGN = "#";

    private final Consumer<String> printed;
    private final Consumer<String> banner;
    private boolean held; // a line with nothing but the sign: the banner begins with one
    private boolean inside;

    /**
     * @param printed gets all other lines
     * @param banner gets those of the banner
     */
    CrashBanner(Consumer<String> printed, Consumer<String> banner) {
        this.printed = printed;
        this.banner = banner;
    }

    @Override
    public void accept(String line) {
        boolean begins = line.startsWith("# A fatal error has been detected by the Java Runtime")
                || line.startsWith("# There is insufficient memory for the Java Runtime");
        inside = begins || inside && line.startsWith(SIGN);
        Consumer<String> target = inside ? banner : printed;
        if (held) {
            held = false;
            target.accept(SIGN);
        }
        if (!inside && line.equals(SIGN)) {
            held = true; // the next line tells
        } else {
            target.accept(line);
        }
    }
}
