package io.github.inparallel.worker;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What the JVM has once for all threads, as it was when the worker became ready: the default locale and time zone and the
 * standard streams. What a task has changed is put back before the next one begins, with a word on who it was.
 * Thread-safe.
 */
final class ProcessDefaults {

    private static final int MOST_SAID = 1_000;

    private final Locale locale = Locale.getDefault();
    private final Locale display = Locale.getDefault(Locale.Category.DISPLAY);
    private final Locale format = Locale.getDefault(Locale.Category.FORMAT);
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final InputStream in = System.in;
    private volatile @Nullable TimeZone zone; // written once: null until it is known
    private final Set<String> said = new HashSet<>(); // guarded by this

    /**
     * @param application whether code of an application has run, which may have set the time zone. If not, it is the
     *     system's, and is not asked for before it must be: that takes a worker milliseconds
     */
    ProcessDefaults(boolean application) {
        zone = application ? TimeZone.getDefault() : null;
    }

    /** @param method names the last one that was called */
    void putBack(Object method) {
        if (System.out != out) {
            System.setOut(out);
            say(method, "System.out");
        }
        if (System.err != err) {
            System.setErr(err);
            say(method, "System.err");
        }
        if (System.in != in) {
            System.setIn(in);
            say(method, "System.in");
        }
        if (!Locale.getDefault().equals(locale)
                || !Locale.getDefault(Locale.Category.DISPLAY).equals(display)
                || !Locale.getDefault(Locale.Category.FORMAT).equals(format)) {
            Locale.setDefault(locale); // all three
            Locale.setDefault(Locale.Category.DISPLAY, display);
            Locale.setDefault(Locale.Category.FORMAT, format);
            say(method, "the default locale");
        }
        TimeZone now = TimeZone.getDefault();
        if (!now.equals(zone)) {
            putBackZone(method, now);
        }
    }

    private synchronized void putBackZone(Object method, TimeZone now) {
        TimeZone known = zone;
        TimeZone.setDefault(known); // null is the system's
        if (known == null) {
            known = TimeZone.getDefault();
            zone = known;
        }
        if (!now.equals(known)) {
            say(method, "the default time zone (to " + now.getID() + ", from " + known.getID() + ")");
        }
    }

    /** Once for each method and thing. */
    private synchronized void say(Object method, String what) {
        if (said.size() < MOST_SAID && said.add(method + " " + what)) {
            LoggerFactory.getLogger(ProcessDefaults.class)
                    .warn(
                            "{}, or what it started, changed {} of its worker, for all tasks after it. It has been put"
                                    + " back: set it where the application starts, or use it without changing the default",
                            method,
                            what);
        }
    }
}
