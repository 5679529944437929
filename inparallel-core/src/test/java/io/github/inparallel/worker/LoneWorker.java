package io.github.inparallel.worker;

import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.MethodCodec;
import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Channels;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.TaskRequest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One slot and the control thread of a worker, with a test in the parent's place; bodies are the test's own code. */
final class LoneWorker implements AutoCloseable, WorkerBootstrap, Halt {

    /** What a task does. */
    @FunctionalInterface
    interface Body {
        @Nullable
        Object run() throws Throwable;
    }

    /** How the methods are declared. */
    interface Methods {
        @Nullable
        String plain();

        Future<String> later();
    }

    private final Channels controls;
    private final Channels datas;
    private final Marshaller marshaller = new Marshaller(Marshaller.Format.CBOR, 1 << 20, Marshaller.UNCHANGED);
    private final Deque<Body> bodies = new ArrayDeque<>(); // guarded by itself
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private volatile Supplier<? extends @Nullable Throwable> failureOfControl = () -> null;
    private volatile Supplier<? extends @Nullable Throwable> failureOfData = () -> null;
    private volatile Consumer<Map<String, String>> levels = set -> {};
    private volatile @Nullable Body finding;
    private volatile boolean asProcess;
    private long lastTask;

    LoneWorker(Path folder) throws IOException {
        controls = Channels.open(folder, () -> failureOfControl.get());
        datas = Channels.open(folder, () -> failureOfData.get());
        WorkerSlot slot = new WorkerSlot(0, true, "pool", this, controls.worker(), datas.worker(), this);
        LaunchDescription launch = new LaunchDescription(
                "",
                "pool",
                1,
                "",
                "",
                List.of(""),
                60_000,
                100,
                0,
                1 << 20,
                "CBOR",
                false,
                List.of(),
                "",
                Map.of(),
                Map.of());
        start("slot", slot);
        start("control", new ControlLoop(controls.worker(), List.of(slot), launch, this, this));
    }

    private static void start(String name, Runnable body) {
        Thread thread = new Thread(body, "lone-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on it takes itself for a process of its own. */
    void asProcess() {
        asProcess = true;
    }

    // ---- the parent

    FrameChannel control() {
        return controls.parent();
    }

    FrameChannel data() {
        return datas.parent();
    }

    /** Gives it a task of a method that returns its value. */
    long give(Body body) throws IOException {
        return give("plain", body);
    }

    /** Gives it a task of a method that returns a future. */
    long giveLater(Body body) throws IOException {
        return give("later", body);
    }

    private long give(String method, Body body) throws IOException {
        synchronized (bodies) {
            bodies.add(body);
        }
        byte[] head = new TaskRequest(TaskRequest.Address.of("target", method), 0, Map.of()).toBytes();
        byte[] none = codec(method).encodeArguments(new Object[0]).bytes();
        data().send(Frame.encode(FrameType.TASK, ++lastTask, head, none, null));
        return lastTask;
    }

    void cancel(long task) throws IOException {
        control().send(new Frame(FrameType.CANCEL, task, new byte[2]));
    }

    /** What the worker answers; null if nothing comes for so long. Reports of progress are passed over. */
    @Nullable
    Frame answer(long millis) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            Frame frame = data().poll(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            if (frame == null || frame.type() == FrameType.RESULT || frame.type() == FrameType.ERROR) {
                return frame;
            }
        }
    }

    /** The result of a task, or what it failed with. */
    @Nullable
    Object outcome() throws IOException {
        Frame frame = answer(20_000);
        if (frame == null) {
            throw new AssertionError("no answer");
        }
        return frame.type() == FrameType.ERROR
                ? ThrowableCodec.decode(frame.payload(), LoneWorker.class.getClassLoader())
                : codec("plain").decodeResult(frame.payload(), Answer.OFFSET, frame.attachment());
    }

    /** What the control thread says next. */
    Frame said() throws IOException {
        Frame frame = control().poll(20_000);
        if (frame == null) {
            throw new AssertionError("nothing was said");
        }
        return frame;
    }

    // ---- what is to go wrong

    void failControl(Supplier<? extends @Nullable Throwable> failure) {
        failureOfControl = failure;
    }

    void failData(Supplier<? extends @Nullable Throwable> failure) {
        failureOfData = failure;
    }

    void onLevels(Consumer<Map<String, String>> action) {
        levels = action;
    }

    /** Runs when a target is looked for. */
    void onFind(@Nullable Body action) {
        finding = action;
    }

    // ---- the worker's surroundings

    /** Its exit code. */
    CompletableFuture<Integer> exit() {
        return exit;
    }

    @Override
    public void now(int exitCode) {
        exit.complete(exitCode);
        controls.worker().closeQuietly();
        datas.worker().closeQuietly();
    }

    @Override
    public void now(int exitCode, String words, @Nullable Throwable cause) {
        now(exitCode);
    }

    @Override
    public boolean endsProcess() {
        return asProcess;
    }

    @Override
    public void onExit(Runnable callback, long graceMillis) {}

    @Override
    public void start(WorkerEnvironment environment) {}

    @Override
    public Marshaller marshaller() {
        return marshaller;
    }

    @Override
    public void logLevels(Map<String, String> wanted) {
        levels.accept(wanted);
    }

    private MethodCodec codec(String name) {
        Method method = Arrays.stream(Methods.class.getMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return TaskMethod.of("target", method, Limits.OF_THE_POOL, marshaller).codec();
    }

    @Override
    public WorkerTarget target(String target, String method) {
        Body action = finding;
        if (action != null) {
            try {
                action.run();
            } catch (Throwable e) {
                throw Channels.sneaky(e);
            }
        }
        MethodCodec codec = codec(method);
        return new WorkerTarget() {
            @Override
            public MethodCodec codec() {
                return codec;
            }

            @Override
            public ClassLoader classLoader() {
                return LoneWorker.class.getClassLoader();
            }

            @Override
            public @Nullable Object invoke(@Nullable Object[] arguments, Map<String, String> attributes)
                    throws Throwable {
                Body body;
                synchronized (bodies) {
                    body = bodies.remove();
                }
                return body.run();
            }

            @Override
            public boolean declaresFuture() {
                return method.equals("later");
            }
        };
    }

    @Override
    public void close() {
        controls.close();
        datas.close();
    }
}
