package io.github.inparallel.worker;

import org.jspecify.annotations.Nullable;

/** What a task may leave changed on its thread. */
record ThreadState(String name, int priority, @Nullable ClassLoader loader, Thread.UncaughtExceptionHandler handler) {
    static ThreadState of(Thread thread) {
        return new ThreadState(
                thread.getName(),
                thread.getPriority(),
                thread.getContextClassLoader(),
                thread.getUncaughtExceptionHandler());
    }

    void restore(Thread thread) {
        if (!thread.getName().equals(name)) {
            thread.setName(name);
        }
        if (thread.getPriority() != priority) {
            thread.setPriority(priority);
        }
        if (thread.getContextClassLoader() != loader) {
            thread.setContextClassLoader(loader);
        }
        if (thread.getUncaughtExceptionHandler() != handler) {
            thread.setUncaughtExceptionHandler(handler);
        }
    }
}
