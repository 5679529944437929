package io.github.inparallel.pool.dispatch;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskState;
import io.github.inparallel.call.Call;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.pool.OtherTime;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.task.KnownMethod;
import io.github.inparallel.pool.task.KnownMethods;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.pool.task.Recipient;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.Spinning;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes tasks of two methods, one of them known to be short, with a time that the test sets. */
final class TestTasks {

    interface Work {
        CompletableFuture<Void> quick(byte[] bytes);

        CompletableFuture<Void> slow(byte[] bytes);
    }

    long now = 1_000_000_000; // written by the test alone
    int failures; // so many times there is no memory when a task asks for the time, as it does when it is ended
    Runnable onStart = () -> {}; // while a task is about to be sent to its worker
    final List<String> ended = new ArrayList<>(); // id and state, in order
    final List<String> abandoned = new ArrayList<>(); // id and whether it is to be interrupted
    final Machine machine = new OtherTime(() -> now);
    private final PoolOptions options;
    private final KnownMethods methods;
    private final TaskMethod quick;
    private final TaskMethod slow;
    private long nextId = 1;

    TestTasks(PoolOptions options) {
        this.options = options;
        Marshaller marshaller = new Marshaller(options.format(), options.maxPayload(), options.mapperCustomizer());
        methods = new KnownMethods(marshaller);
        quick = method("quick", marshaller);
        slow = method("slow", marshaller);
        for (int i = 0; i < 8; i++) {
            methods.of(quick).ran(1_000);
            methods.of(quick).ranElsewhere(1_000);
        }
    }

    private static TaskMethod method(String name, Marshaller marshaller) {
        try {
            return TaskMethod.of(
                    "work", Work.class.getDeclaredMethod(name, byte[].class), Limits.OF_THE_POOL, marshaller);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private long time() {
        if (failures > 0) {
            failures--;
            throw new StackOverflowError("planned");
        }
        return now;
    }

    /** What is known of the method of short tasks. */
    KnownMethod quickMethod() {
        return methods.of(quick);
    }

    DispatchedTask quick() {
        return quick(0);
    }

    DispatchedTask quick(int bytes) {
        return task(quick, bytes, false);
    }

    DispatchedTask slow() {
        return slow(0);
    }

    DispatchedTask slow(int bytes) {
        return task(slow, bytes, false);
    }

    /** A short task whose caller waits for it. */
    DispatchedTask awaited() {
        return task(quick, 0, true);
    }

    /** A task of another member. */
    DispatchedTask lent() {
        return lent(0);
    }

    DispatchedTask lent(int bytes) {
        return lent(slow, bytes);
    }

    /** A task of another member that is known to be short. */
    DispatchedTask lentQuick() {
        return lent(quick, 0);
    }

    private DispatchedTask lent(TaskMethod method, int bytes) {
        return new DispatchedTask(
                nextId++,
                task(method, bytes, false).encodedCall(null).orElseThrow(),
                methods.of(method),
                new PoolTask.Surroundings(options, this::time, Runnable::run, new Spinning(0)),
                new OtherMember(),
                new Recorder());
    }

    private DispatchedTask task(TaskMethod method, int bytes, boolean awaited) {
        @Nullable Object[] arguments = {new byte[bytes]};
        DispatchedTask task = new DispatchedTask(
                nextId++,
                Call.of(method, arguments, awaited).with(Map.of(), Call.EndListener.NONE),
                methods.of(method),
                new PoolTask.Surroundings(options, this::time, Runnable::run, new Spinning(0)),
                new Recorder());
        try {
            task.arguments(method.codec().encodeArguments(arguments), awaited);
        } catch (MarshallingException e) {
            throw new IllegalStateException(e);
        }
        return task;
    }

    /** Bytes of the task's request as it would be sent now: fewer once its arguments are dropped. */
    static int requestBytes(DispatchedTask task) {
        Frame.Outgoing frame = task.toFrame();
        return bytes(frame.first()) + bytes(frame.body()) + bytes(frame.attachment());
    }

    private static int bytes(@Nullable ByteBuffer buffer) {
        return buffer == null ? 0 : buffer.remaining();
    }

    private static final class OtherMember implements Recipient {
        @Override
        public @Nullable Object result(Frame answer) {
            return null;
        }

        @Override
        public Throwable failure(byte[] encoded, ClassLoader loader, @Nullable String note) {
            return new IllegalStateException();
        }

        @Override
        public <E extends Throwable> E shown(E failure) {
            return failure;
        }
    }

    private final class Recorder implements DispatchedTask.Owner {
        @Override
        public void started(DispatchedTask task, WorkerEntry worker, PoolObserver observer) {
            onStart.run();
            DispatchedTask.Owner.super.started(task, worker, observer);
        }

        @Override
        public void ended(DispatchedTask task, TaskState state, @Nullable Throwable failure) {
            ended.add(task.taskId() + " " + state);
        }

        @Override
        public void abandoned(DispatchedTask task, boolean interrupt) {
            abandoned.add(task.taskId() + " " + interrupt);
        }
    }
}
