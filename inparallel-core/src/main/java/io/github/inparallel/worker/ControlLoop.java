package io.github.inparallel.worker;

import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.HeapUse;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.LogLevels;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.WorkerJvm;
import io.github.inparallel.units.Durations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Serves the control connection. It never runs user code, so it answers whatever the tasks do. The end of the connection
 * means that the parent is gone, and so does a long time without a ping: then the worker halts at once.
 */
final class ControlLoop implements Runnable {

    private final FrameChannel control;
    private final List<WorkerSlot> slots; // complete before this thread starts
    private final LaunchDescription launch;
    private final Halt halt;
    private final WorkerBootstrap bootstrap;
    private final CountDownLatch retirement = new CountDownLatch(1);
    private final AtomicReference<@Nullable LogLevels> levels = new AtomicReference<>(); // to be set
    private volatile boolean retiring;

    ControlLoop(
            FrameChannel control,
            List<WorkerSlot> slots,
            LaunchDescription launch,
            WorkerBootstrap bootstrap,
            Halt halt) {
        this.control = control;
        this.slots = slots;
        this.launch = launch;
        this.bootstrap = bootstrap;
        this.halt = halt;
    }

    @Override
    public void run() {
        try {
            obey();
            halt.now(
                    WorkerJvm.PARENT_GONE,
                    "no ping from the application for twice heartbeat-timeout, "
                            + Durations.text(Duration.ofMillis(2 * launch.heartbeatTimeoutMillis())),
                    null);
        } catch (ProtocolException e) {
            halt.failed("The application broke the protocol on the control connection", e);
        } catch (IOException e) {
            halt.now(retiring ? 0 : WorkerJvm.PARENT_GONE); // the parent is gone, and the exit code says so
        } catch (Throwable e) {
            halt.failed("The control thread cannot go on", e);
        } finally {
            retirement.countDown();
        }
    }

    /** Returns when the parent has not been heard of for too long. */
    private void obey() throws IOException {
        long longest = TimeUnit.MILLISECONDS.toNanos(2 * launch.heartbeatTimeoutMillis());
        Silence silence = new Silence(longest, System.nanoTime());
        while (true) {
            long left = silence.look(System.nanoTime());
            if (left == 0) {
                return;
            }
            Frame frame = control.poll(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            if (frame == null) {
                flushProgress(); // a task has called for it, if it was not the time
            } else {
                silence.heard(System.nanoTime());
                handle(frame);
            }
        }
    }

    private void handle(Frame frame) throws IOException {
        switch (frame.type()) {
            case PING -> {
                control.send(halt.endsProcess() ? HeapUse.now().toFrame() : Frame.of(FrameType.PONG, 0));
                // A report that was held back, because another had just gone, goes now at the latest.
                flushProgress();
            }
            case CANCEL -> slot(frame).cancel(frame.taskId());
            case INSPECT -> control.send(slot(frame).inspect(frame.taskId()).toFrame(frame.taskId()));
            case REVOKE -> slot(frame).revoke(frame.taskId());
            case LEVELS -> {
                levels.set(LogLevels.of(frame));
                aside(this::setLevels);
            }
            case DUMP -> aside(this::dump);
            case HISTOGRAM -> aside(this::count);
            case RETIRE -> {
                retiring = true;
                retirement.countDown();
            }
            default -> throw new ProtocolException("unexpected " + frame.type() + " on the control connection");
        }
    }

    private void flushProgress() throws IOException {
        for (WorkerSlot slot : slots) {
            slot.flushProgress();
        }
    }

    private void dump() {
        byte[] text = ThreadDump.now().getBytes(StandardCharsets.UTF_8);
        try {
            control.send(new Frame(FrameType.DUMPED, 0, text));
        } catch (IOException e) {
            // the control thread knows
        }
    }

    private void count() {
        try {
            control.send(HeapCount.now().toFrame());
        } catch (IOException e) {
            // the control thread knows
        }
    }

    /** The newest levels, if they have not been set yet. What listens to them is the application's. */
    private synchronized void setLevels() {
        LogLevels wanted = levels.getAndSet(null);
        if (wanted != null) {
            try {
                bootstrap.logLevels(wanted.levels());
            } catch (Throwable e) {
                LoggerFactory.getLogger(ControlLoop.class)
                        .warn("The application's levels of loggers cannot be set in this worker", e);
            }
        }
    }

    /** Runs what may take its time, or wait for others, on a thread of its own. */
    private static void aside(Runnable errand) {
        try {
            Thread thread = new Thread(null, errand, "inparallel-errand", 0, false);
            thread.setDaemon(true);
            thread.start();
        } catch (OutOfMemoryError e) {
            errand.run(); // no thread is to be had, which is when a dump is wanted most
        }
    }

    /** The payload's first byte pair is the slot's number. */
    private WorkerSlot slot(Frame frame) throws ProtocolException {
        byte[] payload = frame.payload();
        int number = payload.length < 2 ? -1 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        if (number < 0 || number >= slots.size()) {
            throw new ProtocolException(frame.type() + " for slot " + number + " of " + slots.size());
        }
        return slots.get(number);
    }

    /** Whether the worker is to leave; waits for it so many milliseconds. */
    boolean awaitRetirement(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return retirement.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true; // user code that got hold of the main thread has no say in this
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** In a shutdown hook: tells the parent. */
    void exitCalled() {
        try {
            long task = slots.stream()
                    .mapToLong(WorkerSlot::callsExit)
                    .filter(id -> id != 0)
                    .findFirst()
                    .orElse(0);
            control.send(Frame.of(FrameType.EXITING, task));
        } catch (IOException e) {
            // The parent is gone.
        }
    }
}
