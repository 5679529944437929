package io.github.inparallel.worker;

import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.LogLevels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
            while (true) {
                Frame frame = control.poll(2 * launch.heartbeatTimeoutMillis());
                if (frame == null) {
                    // To its standard error, which says more than an exit code if the parent lives after all.
                    System.err.println("Worker ends: no ping from the application for twice heartbeat-timeout, "
                            + 2 * launch.heartbeatTimeoutMillis() + "ms");
                    break;
                }
                handle(frame);
            }
        } catch (IOException e) {
            // The parent is gone, and the exit code says so.
        }
        halt.now(retiring ? 0 : WorkerRuntime.PARENT_GONE);
        retirement.countDown();
    }

    private void handle(Frame frame) throws IOException {
        switch (frame.type()) {
            case PING -> {
                control.send(Frame.of(FrameType.PONG, 0));
                // A report that was held back, because another had just gone, goes now at the latest.
                slots.forEach(WorkerSlot::flushProgress);
            }
            case CANCEL -> slot(frame).cancel(frame.taskId());
            case INSPECT -> control.send(slot(frame).inspect(frame.taskId()).toFrame(frame.taskId()));
            case REVOKE -> slot(frame).revoke(frame.taskId());
            case LEVELS -> setLevels(LogLevels.of(frame));
            case DUMP ->
                control.send(new Frame(FrameType.DUMPED, 0, ThreadDump.now().getBytes(StandardCharsets.UTF_8)));
            case RETIRE -> {
                retiring = true;
                retirement.countDown();
            }
            default -> LoggerFactory.getLogger(ControlLoop.class).warn("Unexpected {} from the parent", frame.type());
        }
    }

    private void setLevels(LogLevels wanted) {
        try {
            bootstrap.logLevels(wanted.levels());
        } catch (RuntimeException | LinkageError e) {
            LoggerFactory.getLogger(ControlLoop.class).warn("Levels of loggers cannot be set", e);
        }
    }

    /** The payload's first byte pair is the slot's number. */
    private WorkerSlot slot(Frame frame) {
        byte[] payload = frame.payload();
        return slots.get((payload[0] & 0xff) << 8 | payload[1] & 0xff);
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
            control.send(Frame.of(FrameType.EXITING, 0));
        } catch (IOException e) {
            // The parent is gone.
        }
    }
}
