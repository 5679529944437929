package io.github.inparallel.spring;

import io.github.inparallel.call.Call;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at tasks, where they are called and where they run: observations. Thread-safe. */
public interface TaskInstrumentation {

    /**
     * Begins to look at a call.
     *
     * @param attributes what travels beside the arguments; gets what the other side is to know, such as a trace
     * @return is told how the task ended
     */
    Call.EndListener started(String pool, String method, Map<String, String> attributes);

    /**
     * Begins to look at a body, on the thread that runs it.
     *
     * @param attributes what has travelled beside the arguments
     */
    Run run(String method, Map<String, String> attributes);

    /** Loads what the first task needs. */
    void prepare();

    /** A body that is looked at. */
    interface Run {

        /** A body that nobody looks at. */
        Run NONE = new Run() {
            @Override
            public void leaveThread() {}

            @Override
            public void ended(@Nullable Throwable failure) {}
        };

        /** The method has returned; its future may not be complete. */
        void leaveThread();

        /** The body has ended, its future too. */
        void ended(@Nullable Throwable failure);
    }
}
