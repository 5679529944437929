package io.github.inparallel.worker;

import java.lang.reflect.Field;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Bounds the time that {@code System.exit} gives to shutdown hooks: a hook that hangs must not keep a worker, and its
 * task's caller, for ever. The JDK knows the exit code alone, so its own list of what happens at exit is changed: the
 * entry that runs the application's hooks returns when they are done or their time is over, and the JVM halts with that
 * code. It needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}; without it the parent ends the worker a little later.
 */
final class ExitGrace {

    /** The JDK's slot for application hooks. */
    private static final int APPLICATION_HOOKS = 1;

    private ExitGrace() {}

    /**
     * To be called once at least one hook is registered: before, the entry is not there.
     *
     * @param last what is done after the hooks, or when their time is over
     */
    static void install(long millis, Runnable last) {
        try {
            Field field = Class.forName("java.lang.Shutdown").getDeclaredField("hooks");
            field.setAccessible(true);
            Runnable[] hooks = (Runnable[]) field.get(null);
            Runnable applicationHooks = hooks[APPLICATION_HOOKS];
            if (applicationHooks != null) {
                hooks[APPLICATION_HOOKS] = () -> {
                    runWithin(applicationHooks, millis);
                    last.run();
                };
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LoggerFactory.getLogger(ExitGrace.class).debug("Shutdown hooks have no limit of time here", e);
        }
    }

    private static void runWithin(Runnable hooks, long millis) {
        CountDownLatch done = new CountDownLatch(1);
        Thread runner = new Thread(
                () -> {
                    try {
                        hooks.run();
                    } finally {
                        done.countDown();
                    }
                },
                "inparallel-shutdown-hooks");
        runner.setDaemon(true);
        runner.start();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (done.getCount() > 0 && deadline - System.nanoTime() > 0) {
            try {
                if (!done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    System.err.println("Shutdown hooks took longer than kill-grace: " + millis + "ms");
                }
            } catch (InterruptedException e) {
                // whoever calls exit may be interrupted; the hooks have their time nevertheless
            }
        }
    }
}
