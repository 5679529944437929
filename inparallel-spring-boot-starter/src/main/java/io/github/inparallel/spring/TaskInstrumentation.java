package io.github.inparallel.spring;

import io.github.inparallel.call.Call;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at tasks, where they are called and where they run: observations, for example. Thread-safe. */
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

    /** Loads what the first task needs, before there is one. */
    void prepare();

    /** Run of one body. */
    interface Run {

        /** Run that nobody looks at. */
        Run NONE = new Run() {
            @Override
            public void returned() {}

            @Override
            public void ended(@Nullable Throwable failure) {}
        };

        /** Called when the method has returned, on its thread; its future may not be complete. */
        void returned();

        /** Called when the body has ended, its future too. */
        void ended(@Nullable Throwable failure);
    }
}
