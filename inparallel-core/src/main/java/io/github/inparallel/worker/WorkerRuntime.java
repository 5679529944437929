package io.github.inparallel.worker;

import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.LogEvent;
import io.github.inparallel.protocol.WireLimit;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A worker's life: connect, prepare, run tasks until the parent says otherwise or is gone. The calling thread becomes
 * the worker's own: it prepares the bootstrap and later closes it. One thread more serves the control connection and
 * never runs user code; one for each slot runs tasks.
 */
public final class WorkerRuntime {

    private static final int START_FAILED = 1;

    private final LaunchDescription launch;
    private final Halt halt;
    private final String name;
    private final @Nullable WorkerBootstrap given;
    private final Set<FrameChannel> connections = ConcurrentHashMap.newKeySet();

    /** A worker that makes the bootstrap that the launch description names. */
    public WorkerRuntime(LaunchDescription launch, Halt halt) {
        this(launch, halt, null);
    }

    /** A worker with a bootstrap of its own. */
    public WorkerRuntime(LaunchDescription launch, Halt halt, @Nullable WorkerBootstrap given) {
        this.launch = launch;
        this.halt = halt;
        this.name = launch.pool() + "-" + launch.worker();
        this.given = given;
    }

    /** Ends all connections, from any thread: for the parent the worker is gone. */
    public void disconnect() {
        connections.forEach(FrameChannel::closeQuietly);
    }

    /** Returns when the worker has been told to leave, or its end has begun in another way. */
    public void run() throws IOException {
        FrameChannel control = connect(Hello.CONTROL, launch.controlSecret());
        List<WorkerSlot> slots = new ArrayList<>();
        WorkerBootstrap bootstrap;
        ControlLoop loop;
        try {
            bootstrap = bootstrap();
            loop = new ControlLoop(control, slots, launch, bootstrap, halt);
            for (int i = 0; i < launch.slotSecrets().size(); i++) {
                slots.add(new WorkerSlot(
                        i,
                        halt.endsProcess() && launch.slotSecrets().size() == 1,
                        launch.pool(),
                        bootstrap,
                        control,
                        connect(i, launch.slotSecrets().get(i)),
                        halt));
            }
            thread("control", loop).start();
            bootstrap.start(new WorkerEnvironment(
                    launch.pool(),
                    name,
                    slots.size(),
                    Marshaller.Format.valueOf(launch.format()),
                    launch.mapper(),
                    launch.called(),
                    launch.maxPayload(),
                    logChannel(),
                    launch.settings(),
                    message -> tell(control, message)));
            if (halt.endsProcess()) {
                Rehearsal.run(bootstrap.marshaller(), control);
            }
        } catch (Throwable failure) {
            control.send(new Frame(FrameType.START_FAILED, 0, Failures.encode(failure)));
            halt.now(START_FAILED);
            control.close();
            return;
        }
        halt.onExit(loop::exitCalled, launch.killGraceMillis());
        if (halt.endsProcess()) {
            ProcessDefaults clean = new ProcessDefaults(bootstrap.startsApplication());
            slots.forEach(slot -> slot.putBack(clean));
        }
        for (WorkerSlot slot : slots) {
            thread("slot-" + slot.index(), slot).start();
        }
        control.send(bootstrap.report().toFrame());
        control.send(Frame.of(FrameType.READY, 0));
        awaitRetirement(loop, slots);
        leave(bootstrap, slots, control);
    }

    private void awaitRetirement(ControlLoop loop, List<WorkerSlot> slots) {
        if (halt.endsProcess()) {
            new IdleTidying(slots, new TemporaryFolder(launch.socket())).until(loop);
        } else {
            while (!loop.awaitRetirement(Long.MAX_VALUE / 1_000_000)) {
                // the heap is the application's
            }
        }
    }

    private void leave(WorkerBootstrap bootstrap, List<WorkerSlot> slots, FrameChannel control) throws IOException {
        try {
            bootstrap.close();
        } catch (Exception | Error e) {
            LoggerFactory.getLogger(WorkerRuntime.class).warn("Worker {} did not close in order", name, e);
        }
        halt.now(0);
        for (WorkerSlot slot : slots) {
            slot.close();
        }
        control.close();
    }

    private WorkerBootstrap bootstrap() throws ReflectiveOperationException {
        if (given != null) {
            return given;
        }
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try {
            return Class.forName(launch.bootstrap(), true, loader)
                    .asSubclass(WorkerBootstrap.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(launch.bootstrap() + " cannot be created", e.getCause());
        }
    }

    /** Events written to it reach the parent even if this process dies in the next moment. */
    private @Nullable Consumer<LogEvent> logChannel() throws IOException {
        if (launch.logSecret().isEmpty() || !halt.endsProcess()) {
            return null; // on a thread of the application events are its own
        }
        FrameChannel channel = connect(Hello.LOG, launch.logSecret());
        return event -> {
            Frame.Outgoing frame = event.toFrame().encode();
            StackRoom.require(); // before the channel's lock is taken: who logs may be out of stack
            try {
                channel.send(frame);
            } catch (IOException e) {
                // The parent is gone, and the control thread is about to end this process.
            }
        };
    }

    private static void tell(FrameChannel control, byte[] message) {
        if (message.length > WireLimit.TOLD.most()) { // the application would end this worker for it
            throw new IllegalArgumentException(
                    "A message of " + message.length + " bytes (expected: at most " + WireLimit.TOLD.most() + ")");
        }
        try {
            control.send(new Frame(FrameType.TOLD, 0, message));
        } catch (IOException e) {
            // the parent is gone, and the control thread knows
        }
    }

    private FrameChannel connect(int slot, String secret) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(launch.socket()));
        FrameChannel frames = FrameChannel.trusting(channel); // the parent: it started us
        if (slot >= 0) {
            frames.spin(launch.spinNanos());
        }
        connections.add(frames);
        frames.send(new Hello(
                        Hello.VERSION,
                        launch.worker(),
                        slot,
                        ProcessHandle.current().pid(),
                        secret)
                .toFrame());
        return frames;
    }

    private Thread thread(String role, Runnable body) {
        Thread thread = new Thread(body, "inparallel-" + launch.pool() + "-" + role);
        thread.setDaemon(true);
        return thread;
    }
}
