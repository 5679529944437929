package io.github.inparallel.pool.dispatch;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskState;
import io.github.inparallel.call.Call;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.Spinning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tasks of two methods, and slots that have them, without workers. For one thread. */
public final class AssignedTasks {

    interface Work {
        CompletableFuture<Void> read();

        CompletableFuture<Void> scan();
    }

    private static final DispatchedTask.Owner OWNER = new DispatchedTask.Owner() {
        @Override
        public void ended(DispatchedTask task, TaskState state, @Nullable Throwable failure) {}

        @Override
        public void abandoned(DispatchedTask task, boolean interrupt) {}
    };

    private final PoolOptions options;
    private final LongSupplier time;
    private final Marshaller marshaller;
    private final KnownMethods methods;
    private long nextId = 1;

    public AssignedTasks(PoolOptions options, LongSupplier time) {
        this.options = options;
        this.time = time;
        this.marshaller = new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
        this.methods = new KnownMethods(marshaller);
    }

    /** A task of {@code Work.read}, with the limits and the retries of the pool. */
    public DispatchedTask task() {
        return task("read");
    }

    public DispatchedTask task(String method) {
        @Nullable Object[] arguments = {};
        try {
            TaskMethod called =
                    TaskMethod.of("work", Work.class.getDeclaredMethod(method), Limits.OF_THE_POOL, marshaller);
            DispatchedTask task = new DispatchedTask(
                    nextId++,
                    Call.of(called, arguments, false).with(Map.of(), Call.EndListener.NONE),
                    methods.of(called),
                    new PoolTask.Surroundings(options, time, Runnable::run, new Spinning(0)),
                    OWNER);
            task.arguments(called.codec().encodeArguments(arguments), false);
            return task;
        } catch (MarshallingException | NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The slot has answered what it had, and has this task now. */
    public static void assign(Dispatcher dispatcher, Slot slot, DispatchedTask task) {
        dispatcher.waiting().putBack(task);
        next(dispatcher, slot);
        if (dispatcher.leased(slot) != task) {
            throw new IllegalStateException("the slot has not got the task");
        }
    }

    /** The slot has answered what it had; returns what it is sent next. */
    public static List<DispatchedTask> next(Dispatcher dispatcher, Slot slot) {
        List<DispatchedTask> sent = new ArrayList<>();
        dispatcher.next(slot, sent);
        return sent;
    }
}
