package io.github.inparallel.pool;

import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.TaskRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A worker of a {@link PoolSimulation}: it keeps the protocol as a real one does, one small step at a time, on the thread
 * of the simulation, over real connections.
 */
final class SimulatedWorker implements WorkerProcess {

    private final PoolSimulation simulation;
    private final Random random;
    private final LaunchDescription launch;
    private final long pid;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final List<Connection> slots = new ArrayList<>();
    private @Nullable Connection control;
    private boolean ready;
    private boolean frozen;
    private @Nullable Integer exitCode; // it is dying

    /** Something happened to it that is not the pool's doing: its tasks may be lost. */
    boolean faulty;

    /** What it is for: nothing, if it never becomes ready. */
    final boolean starts;

    SimulatedWorker(PoolSimulation simulation, Random random, LaunchDescription launch, long pid, boolean starts) {
        this.simulation = simulation;
        this.random = random;
        this.launch = launch;
        this.pid = pid;
        this.starts = starts;
    }

    /** One connection, with what has come of the next frame. */
    private final class Connection {
        private final SocketChannel socket;
        private ByteBuffer frame = ByteBuffer.allocate(13);
        private boolean begun; // the frame's length is known

        // Of a slot: as in the worker's own class.
        private @Nullable Task current;
        private long cancelledEarly;
        private long count;
        private long revoked;
        private boolean ended;

        Connection(int slot, String secret) throws IOException {
            socket = SocketChannel.open(StandardProtocolFamily.UNIX);
            socket.connect(UnixDomainSocketAddress.of(launch.socket()));
            socket.configureBlocking(false);
            send(new Hello(Hello.VERSION, launch.worker(), slot, pid, secret).toFrame());
        }

        void send(Frame toSend) throws IOException {
            send(toSend.encode().first());
        }

        void send(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                if (socket.write(bytes) == 0) {
                    throw new IOException("the pool does not read");
                }
            }
        }

        /** The next frame, if it is there as a whole. */
        @Nullable
        Frame receive() throws IOException {
            while (frame.hasRemaining()) {
                int count = socket.read(frame);
                if (count < 0) {
                    throw new IOException("closed");
                }
                if (count == 0) {
                    return null;
                }
                if (!frame.hasRemaining() && !begun) {
                    begun = true;
                    frame = ByteBuffer.allocate(4 + frame.getInt(0)).put(frame.flip());
                }
            }
            Frame received = new Frame(
                    FrameType.values()[frame.get(4) & 0x7f],
                    frame.getLong(5),
                    java.util.Arrays.copyOfRange(frame.array(), 13, frame.capacity()));
            frame = ByteBuffer.allocate(13);
            begun = false;
            return received;
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A task that runs here. */
    private record Task(long id, long since, PoolSimulation.Plan plan, boolean[] cancelled) {}

    // ---- what it does

    boolean isGone() {
        return exit.isDone();
    }

    /** When something happens here by itself. */
    long wakesAt() {
        if (isGone() || frozen && exitCode == null) {
            return Long.MAX_VALUE;
        }
        long at = Long.MAX_VALUE;
        for (Connection slot : slots) {
            if (slot.current != null) {
                at = Math.min(at, slot.current.plan.endsAfter(slot.current.since));
            }
        }
        return at;
    }

    /** One step; false if there was nothing to do. */
    boolean step() {
        if (isGone()) {
            return false;
        }
        if (exitCode != null) {
            dieOn();
            return true;
        }
        if (frozen || !starts && !slots.isEmpty()) {
            return false;
        }
        try {
            if (!ready) {
                startOn();
                return true;
            }
            List<Integer> order = simulation.shuffled(slots.size() + 1);
            for (int each : order) {
                if (each == 0 ? obey() : run(slots.get(each - 1))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            die(75); // the pool is gone, as far as it can see
            return true;
        }
    }

    private void startOn() throws IOException {
        if (control == null) {
            control = new Connection(Hello.CONTROL, launch.controlSecret());
        } else if (slots.size() < launch.slotSecrets().size()) {
            slots.add(new Connection(slots.size(), launch.slotSecrets().get(slots.size())));
        } else {
            ready = true;
            control.send(Frame.of(FrameType.READY, 0));
        }
    }

    /** One word of the pool's. */
    private boolean obey() throws IOException {
        Connection desk = java.util.Objects.requireNonNull(control);
        Frame frame = desk.receive();
        if (frame == null) {
            return false;
        }
        switch (frame.type()) {
            case PING -> desk.send(Frame.of(FrameType.PONG, 0));
            case CANCEL -> {
                Connection slot = slot(frame);
                if (slot.current != null && slot.current.id == frame.taskId()) {
                    slot.current.cancelled[0] = true;
                } else {
                    slot.cancelledEarly = frame.taskId();
                }
            }
            case INSPECT -> {
                Task task = slot(frame).current;
                long nanos = task == null || task.id != frame.taskId() ? -1 : simulation.nanoTime() - task.since;
                desk.send(new Inspection(nanos, List.of()).toFrame(frame.taskId()));
            }
            case REVOKE -> {
                Connection slot = slot(frame);
                slot.revoked = frame.taskId();
                if (!slot.ended) {
                    slot.send(Frame.of(FrameType.REVOKED, slot.count));
                }
            }
            case RETIRE -> die(0);
            default -> throw new IllegalStateException("unexpected " + frame.type());
        }
        return true;
    }

    private Connection slot(Frame frame) {
        return slots.get(frame.payload()[1]);
    }

    /** Begins the next task of a slot, or comes on with the one that it has. */
    private boolean run(Connection slot) throws IOException {
        if (slot.ended) {
            return false;
        }
        Task task = slot.current;
        if (task == null) {
            Frame request;
            try {
                request = slot.receive();
            } catch (IOException e) {
                slot.ended = true; // the control connection knows why
                return true;
            }
            if (request == null) {
                return false;
            }
            begin(slot, request);
            return true;
        }
        PoolSimulation.Plan plan = task.plan;
        if (plan.end() == PoolSimulation.End.CRASH && plan.endsAfter(task.since) - simulation.nanoTime() <= 0) {
            faulty = true;
            die(137);
            return true;
        }
        boolean stopped = task.cancelled[0] && plan.end() != PoolSimulation.End.STUBBORN;
        if (!stopped && plan.endsAfter(task.since) - simulation.nanoTime() > 0) {
            return false;
        }
        if (plan.reports() && random.nextInt(4) == 0) {
            slot.send(new ProgressReport(0.5, "half", 0).toFrame(task.id));
            return true;
        }
        slot.current = null;
        if (stopped || plan.end() == PoolSimulation.End.ERROR) {
            slot.send(new Frame(FrameType.ERROR, task.id, ThrowableCodec.encode(new IllegalStateException("planned"))));
        } else {
            slot.send(Answer.encode(task.id, plan.nanos(), simulation.nothing(), null)
                    .first());
        }
        simulation.answered(task.id);
        return true;
    }

    private void begin(Connection slot, Frame request) throws IOException {
        if (request.type() != FrameType.TASK) {
            throw new AssertionError("a request of type " + request.type());
        }
        if (++slot.count <= slot.revoked) {
            return;
        }
        if (request.size() > TaskRequest.LARGE) {
            slot.send(Frame.of(FrameType.STARTED, request.taskId()));
        }
        if (slot.cancelledEarly == request.taskId()) {
            slot.send(new Frame(
                    FrameType.ERROR, request.taskId(), ThrowableCodec.encode(new InterruptedException("cancelled"))));
            simulation.answered(request.taskId());
            return;
        }
        slot.current =
                new Task(request.taskId(), simulation.nanoTime(), simulation.begun(request.taskId()), new boolean[1]);
    }

    // ---- what happens to it

    /** Its process is stopped: it answers nothing until it is killed. */
    void freeze() {
        faulty = true;
        frozen = true;
    }

    /** It sends what no worker sends. */
    void babble() {
        faulty = true;
        if (ready && exitCode == null) {
            try {
                Connection to = random.nextBoolean() || slots.isEmpty()
                        ? java.util.Objects.requireNonNull(control)
                        : slots.get(random.nextInt(slots.size()));
                to.send(new Frame(FrameType.HELLO, 17, new byte[random.nextInt(10)]));
            } catch (IOException e) {
                die(75);
            }
        }
    }

    void die(int code) {
        if (exitCode == null) {
            exitCode = code;
        }
    }

    /** The kernel closes its connections in any order, and tells its end last. */
    private void dieOn() {
        List<Connection> open = new ArrayList<>(slots);
        if (control != null) {
            open.add(control);
        }
        open.removeIf(each -> !each.socket.isOpen());
        if (!open.isEmpty()) {
            open.get(random.nextInt(open.size())).close();
        } else {
            exit.complete(exitCode);
        }
    }

    @Override
    public void kill() {
        die(137);
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    @Override
    public CompletableFuture<Void> outputEnd() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<String> lastLines() {
        return List.of();
    }

    @Override
    public boolean hasPrinted(String text) {
        return false;
    }

    @Override
    public OptionalLong residentMemory() {
        return OptionalLong.empty();
    }
}
