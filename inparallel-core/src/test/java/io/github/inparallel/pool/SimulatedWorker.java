package io.github.inparallel.pool;

import io.github.inparallel.marshal.Encoded;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.runtime.Deadline;
import io.github.inparallel.protocol.Answer;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.TaskRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A worker of a {@link PoolSimulation}: it keeps the protocol as a real one does, one small step at a time, on the thread
 * of the simulation, over real connections; as far as its nature lets it.
 */
final class SimulatedWorker implements WorkerProcess {

    /** The pool asks for a task as often as its limit passes, for half a minute: that takes too many steps otherwise. */
    private static final long SHORTEST_TO_LIE_ABOUT = 15 * SimulatedMachine.MILLI;

    /** What is wrong with it from the beginning. */
    enum Nature {
        ORDINARY,
        /** Connects, and is never ready. */
        NEVER_READY,
        /** Says why it cannot start. */
        CANNOT_START,
        /** Says of some tasks that they do not run. */
        LIAR,
        /** Answers no questions about tasks, and stops none. */
        DEAF,
        /** Reads some tasks that have a limit, and does not begin them. */
        SWALLOWS,
        /** Does not end when it is killed, nor does it do anything else then. */
        IMMORTAL
    }

    /** What a worker asks of the simulation. */
    interface Tasks {
        SimulatedTask find(long id);

        Encoded result(SimulatedTask.End end);
    }

    private final SimulatedMachine machine;
    private final Tasks tasks;
    private final LaunchDescription launch;
    private final long pid;
    private final long readyAt;
    private final boolean readsAhead;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final CompletableFuture<Void> outputEnd = new CompletableFuture<>();
    private final List<SlotOfWorker> slots = new ArrayList<>();
    private @Nullable SimulatedConnection control;
    private boolean ready;
    private long frozenUntil;
    private @Nullable Integer exitCode; // it is dying

    /** Something happened to it that is not the pool's doing: its tasks may be lost. */
    boolean faulty;

    boolean lied; // about what it had begun, perhaps

    boolean killed;
    final Nature nature;

    SimulatedWorker(SimulatedMachine machine, Tasks tasks, LaunchDescription launch, long pid, Nature nature) {
        this.machine = machine;
        this.tasks = tasks;
        this.launch = launch;
        this.pid = pid;
        this.nature = nature;
        this.readsAhead = machine.random.nextBoolean();
        this.readyAt =
                machine.nanoTime() + (machine.chance(4) ? machine.random.nextInt(50) * SimulatedMachine.MILLI : 0);
    }

    /** As in the worker's own class. */
    private static final class SlotOfWorker {
        final SimulatedConnection data;

        @Nullable
        Run current;

        long cancelledEarly;
        long count;
        long revoked;
        boolean stuck;

        SlotOfWorker(SimulatedConnection data) {
            this.data = data;
        }
    }

    /** A task that runs here. */
    private static final class Run {
        final SimulatedTask task;
        final long id; // by which the worker's pool knows it
        final long since;
        boolean cancelled;
        boolean exits;

        Run(SimulatedTask task, long id, long since) {
            this.task = task;
            this.id = id;
            this.since = since;
        }
    }

    // ---- what it does

    boolean isGone() {
        return exit.isDone() || nature == Nature.IMMORTAL && killed;
    }

    boolean isDying() {
        return exitCode != null || killed;
    }

    private boolean isFrozen() {
        return frozenUntil - machine.nanoTime() > 0;
    }

    /** What it runs, and for how long. */
    void forEachRun(java.util.function.ObjLongConsumer<SimulatedTask> visitor) {
        for (SlotOfWorker slot : slots) {
            if (slot.current != null) {
                visitor.accept(slot.current.task, machine.nanoTime() - slot.current.since);
            }
        }
    }

    /** When something happens here by itself. */
    long wakesAt() {
        if (isGone()) {
            return Deadline.NEVER;
        }
        long at = isFrozen() ? frozenUntil : ready ? Deadline.NEVER : readyAt;
        if (!isFrozen()) {
            for (SlotOfWorker slot : slots) {
                if (slot.current != null && !slot.current.exits) {
                    at = Math.min(at, slot.current.task.plan.endsAfter(slot.current.since));
                }
            }
        }
        return at - machine.nanoTime() <= 0 ? Deadline.NEVER : at;
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
        if (isFrozen()) {
            return false;
        }
        try {
            if (!ready) {
                return startOn();
            }
            for (int each : machine.shuffled(slots.size() + 1)) {
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

    private boolean startOn() throws IOException {
        if (control == null) {
            control = connect(Hello.CONTROL, launch.controlSecret());
        } else if (nature == Nature.CANNOT_START) {
            control.send(
                    new Frame(FrameType.START_FAILED, 0, ThrowableCodec.encode(new IllegalStateException("planned"))));
            die(1);
        } else if (slots.size() < launch.slotSecrets().size()) {
            slots.add(
                    new SlotOfWorker(connect(slots.size(), launch.slotSecrets().get(slots.size()))));
        } else if (nature == Nature.NEVER_READY || readyAt - machine.nanoTime() > 0) {
            return obey();
        } else {
            ready = true;
            machine.tell(() -> this + " is ready");
            control.send(Frame.of(FrameType.READY, 0));
        }
        return true;
    }

    private SimulatedConnection connect(int slot, String secret) throws IOException {
        SimulatedConnection connection = new SimulatedConnection(launch.socket(), readsAhead);
        connection.send(new Hello(Hello.VERSION, launch.worker(), slot, pid, secret).toFrame());
        return connection;
    }

    /** One word of the pool's. */
    private boolean obey() throws IOException {
        SimulatedConnection said = Objects.requireNonNull(control);
        Frame frame = said.receive();
        if (frame == null) {
            return false;
        }
        if (frame.type() != FrameType.PING) {
            machine.tell(() -> this + " hears " + frame.type() + " " + frame.taskId());
        }
        boolean deaf = nature == Nature.DEAF;
        switch (frame.type()) {
            case PING -> said.send(Frame.of(FrameType.PONG, 0));
            case CANCEL -> {
                SlotOfWorker slot = slot(frame);
                if (deaf) {
                    break;
                }
                if (slot.current != null && slot.current.id == frame.taskId()) {
                    slot.current.cancelled = true;
                } else {
                    slot.cancelledEarly = frame.taskId();
                }
            }
            case INSPECT -> {
                Run run = slot(frame).current;
                boolean runs = run != null && run.id == frame.taskId() && !liesAbout(run.task);
                long nanos = run == null || !runs ? -1 : machine.nanoTime() - run.since;
                if (!deaf) {
                    said.send(new Inspection(nanos, List.of()).toFrame(frame.taskId()));
                }
            }
            case REVOKE -> {
                SlotOfWorker slot = slot(frame);
                if (!deaf && slot.data.isOpen()) {
                    slot.revoked = frame.taskId();
                    slot.data.send(Frame.of(FrameType.REVOKED, slot.count));
                }
            }
            case RETIRE -> die(0);
            default -> throw new IllegalStateException("unexpected " + frame.type());
        }
        return true;
    }

    private boolean liesAbout(SimulatedTask task) {
        return nature == Nature.LIAR && isWorthALie(task);
    }

    private static boolean isWorthALie(SimulatedTask task) {
        return task.timeoutNanos >= SHORTEST_TO_LIE_ABOUT;
    }

    private SlotOfWorker slot(Frame frame) {
        return slots.get(frame.payload()[1]);
    }

    /** Begins the next task of a slot, or comes on with the one that it has. */
    private boolean run(SlotOfWorker slot) throws IOException {
        if (slot.stuck || !slot.data.isOpen() || !slot.data.flush()) {
            return false;
        }
        Run run = slot.current;
        if (run == null) {
            Frame request;
            try {
                request = slot.data.receive();
            } catch (IOException e) {
                slot.data.close(); // the control connection knows why
                return true;
            }
            if (request == null) {
                return false;
            }
            begin(slot, request);
            return true;
        }
        SimulatedTask.Plan plan = run.task.plan;
        boolean over = plan.endsAfter(run.since) - machine.nanoTime() <= 0;
        boolean stopped = run.cancelled && plan.end() != SimulatedTask.End.STUBBORN;
        if (run.exits || !stopped && !over) {
            return false;
        }
        if (over && plan.end() == SimulatedTask.End.CRASH) {
            faulty = true;
            die(137);
            return true;
        }
        if (over && plan.end() == SimulatedTask.End.EXIT) {
            faulty = true;
            run.exits = true;
            Objects.requireNonNull(control).send(Frame.of(FrameType.EXITING, 0));
            if (machine.random.nextInt(4) > 0) { // else a shutdown hook hangs
                die(1);
            }
            return true;
        }
        if (plan.reports() && machine.random.nextInt(4) == 0) {
            slot.data.send(new ProgressReport(0.5, "half", 0).toFrame(run.id));
            return true;
        }
        slot.current = null;
        slot.data.send(answer(run, stopped));
        answered(run.task);
        if (machine.chance(60)) {
            faulty = true;
            die(137); // while the answer is on its way, and perhaps tasks that it was given early
        }
        return true;
    }

    private Frame.Outgoing answer(Run run, boolean stopped) {
        SimulatedTask.Plan plan = run.task.plan;
        if (stopped || plan.end() == SimulatedTask.End.ERROR) {
            return new Frame(FrameType.ERROR, run.id, ThrowableCodec.encode(new IllegalStateException("planned")))
                    .encode();
        }
        Encoded result = tasks.result(plan.end());
        return Answer.encode(run.id, plan.nanos(), result.bytes(), result.attachment());
    }

    private void answered(SimulatedTask task) {
        task.answers++;
        machine.tell(() -> this + " answers task " + task.id);
    }

    private void begin(SlotOfWorker slot, Frame request) throws IOException {
        if (request.type() != FrameType.TASK) {
            throw new AssertionError("a request of type " + request.type());
        }
        if (++slot.count <= slot.revoked) {
            machine.tell(() -> this + " leaves task " + request.taskId() + " alone");
            return;
        }
        if (request.size() > TaskRequest.LARGE) {
            slot.data.send(Frame.of(FrameType.STARTED, request.taskId()));
        }
        SimulatedTask task = tasks.find(request.taskId());
        if (slot.cancelledEarly == request.taskId()) {
            slot.data.send(new Frame(
                    FrameType.ERROR, request.taskId(), ThrowableCodec.encode(new InterruptedException("cancelled"))));
            answered(task);
            return;
        }
        if (nature == Nature.SWALLOWS && isWorthALie(task)) {
            faulty = true;
            machine.tell(() -> this + " swallows task " + task.id);
            slot.stuck = true;
            return;
        }
        machine.tell(() -> this + " begins task " + task.id);
        task.begin(this);
        slot.current = new Run(task, request.taskId(), machine.nanoTime());
    }

    // ---- what happens to it

    void harm() {
        if (isDying()) {
            return;
        }
        faulty = true;
        int what = machine.random.nextInt(5);
        machine.tell(() -> this + " is harmed in way " + what);
        try {
            switch (what) {
                case 0 -> frozenUntil = machine.nanoTime() + machine.random.nextInt(2_000) * SimulatedMachine.MILLI;
                case 1 -> babble();
                case 2 -> cut();
                default -> die(machine.random.nextBoolean() ? 137 : 1);
            }
        } catch (IOException e) {
            die(75);
        }
    }

    /** It sends what no worker sends. */
    private void babble() throws IOException {
        SimulatedConnection said = control;
        if (!ready || said == null || slots.isEmpty()) {
            return;
        }
        SlotOfWorker slot = slots.get(machine.random.nextInt(slots.size()));
        if (!slot.data.isOpen() || !slot.data.flush()) {
            return;
        }
        lied = true;
        switch (machine.random.nextInt(6)) {
            case 0 -> said.send(new Frame(FrameType.HELLO, 17, new byte[machine.random.nextInt(10)]));
            case 1 -> slot.data.send(new Frame(FrameType.HELLO, 17, new byte[machine.random.nextInt(10)]));
            case 2 -> slot.data.send(Frame.of(FrameType.REVOKED, slot.count)); // unasked, most likely
            case 3 -> slot.data.send(new Frame(FrameType.RESULT, 1_000_000, new byte[8]));
            case 4 -> slot.data.send(Frame.of(FrameType.STARTED, slot.current == null ? 0 : slot.current.id));
            default -> said.send(new Inspection(-1, List.of()).toFrame(slot.current == null ? 0 : slot.current.id));
        }
    }

    /** One of its connections breaks. */
    private void cut() {
        SimulatedConnection said = control;
        if (said != null && machine.random.nextInt(4) == 0) {
            said.close();
        } else if (!slots.isEmpty()) {
            slots.get(machine.random.nextInt(slots.size())).data.close();
        }
    }

    void die(int code) {
        if (exitCode == null) {
            machine.tell(() -> this + " dies with code " + code);
            exitCode = code;
            speakLastWords();
        }
    }

    /** What it was just writing. */
    private void speakLastWords() {
        for (SlotOfWorker slot : slots) {
            Run run = slot.current;
            try {
                if (run != null && slot.data.isOpen() && slot.data.flush() && machine.random.nextInt(4) == 0) {
                    Encoded result = tasks.result(
                            machine.random.nextBoolean() ? SimulatedTask.End.RESULT : SimulatedTask.End.LARGE_RESULT);
                    slot.data.sendPart(
                            Answer.encode(run.id, 0, result.bytes(), result.attachment()),
                            1 + machine.random.nextInt(40));
                }
            } catch (IOException e) {
                slot.data.close();
            }
        }
    }

    /** The kernel closes its connections in any order, and tells its end last; a child may hold some of them. */
    private void dieOn() {
        List<SimulatedConnection> open = new ArrayList<>();
        slots.forEach(each -> open.add(each.data));
        if (control != null) {
            open.add(control);
        }
        open.removeIf(each -> !each.isOpen());
        boolean inherited = machine.chance(20);
        if (!open.isEmpty() && !inherited) {
            open.get(machine.random.nextInt(open.size())).close();
            return;
        }
        boolean holdsOutput = inherited || machine.chance(20);
        if (!holdsOutput) {
            outputEnd.complete(null);
        }
        exit.complete(exitCode);
    }

    /** The end of the simulation. */
    void close() {
        slots.forEach(each -> each.data.close());
        if (control != null) {
            control.close();
        }
    }

    @Override
    public void kill() {
        if (machine.chance(20)) {
            throw new IllegalStateException("planned: no descriptor is free");
        }
        killed = true;
        if (nature == Nature.IMMORTAL) {
            machine.tell(() -> this + " is killed in vain");
        } else {
            die(137);
        }
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
        return outputEnd;
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
        if (machine.chance(20)) {
            faulty = true;
            return OptionalLong.of(Long.MAX_VALUE);
        }
        return OptionalLong.of(1);
    }

    @Override
    public String toString() {
        return "worker " + launch.worker() + (nature == Nature.ORDINARY ? "" : " (" + nature + ")");
    }
}
