package io.github.inparallel.pool.supervision;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.dispatch.Dispatcher;
import io.github.inparallel.pool.dispatch.Slot;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.task.PoolTask;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.HeapHistogram;
import io.github.inparallel.protocol.HeapUse;
import io.github.inparallel.protocol.Inspection;
import io.github.inparallel.protocol.ProgressReport;
import io.github.inparallel.protocol.ProtocolException;
import io.github.inparallel.protocol.WireLimit;
import io.github.inparallel.protocol.WorkerReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Hears and sends on the control connections of workers. On the supervisor's thread; never waits. */
@ConfinedToSupervisor
final class ControlConnections {

    private static final Log log = Log.of(ControlConnections.class);

    private static final int MOST_AT_ONCE = 100;

    /** Hears what a worker says of itself. */
    interface Listener {
        /** The worker says that it is ready. */
        void open(Worker worker);

        /** The worker has answered a ping. */
        void pong(Worker worker);

        /** The worker has counted its heap. */
        void counted(Worker worker);

        /** The worker has said where a task is. */
        void inspected(Worker worker, long task, Inspection inspection);

        /**
         * Somebody called exit in it.
         *
         * @param task the number of the task that did; 0 if it was none
         */
        void exitCalled(Worker worker, long task);

        /**
         * The control connection has ended.
         *
         * @param cause why it is to be killed; null if it is dying by itself
         */
        void lost(Worker worker, @Nullable Cause cause);
    }

    private final PoolOptions options;
    private final Dispatcher dispatcher;
    private final PoolObserver observer;
    private final Listener listener;
    private WorkerReport lastReport = WorkerReport.EMPTY; // the supervisor thread's alone

    ControlConnections(PoolOptions options, Dispatcher dispatcher, PoolObserver observer, Listener listener) {
        this.options = options;
        this.dispatcher = dispatcher;
        this.observer = observer;
        this.listener = listener;
    }

    /**
     * Reads what the worker has said, but not for ever: one that goes on talking must not keep others from being heard.
     *
     * @return whether there may be more
     */
    boolean listen(Worker worker) {
        ControlConnection control = worker.control();
        try {
            boolean more = true;
            for (int i = 0; i < MOST_AT_ONCE && more; i++) {
                Frame frame = control.poll();
                more = frame != null;
                if (frame != null) {
                    handle(worker, control, frame);
                }
            }
            control.flush();
            return more;
        } catch (ProtocolException | RuntimeException | StackOverflowError e) {
            log.warn(
                    "Worker {}, pid {}, broke the protocol and is killed: {}",
                    worker.name(),
                    worker.pid(),
                    e.toString());
            control.close();
            listener.lost(worker, Cause.BROKEN);
        } catch (IOException e) {
            control.close();
            listener.lost(worker, null);
        }
        return false;
    }

    private void handle(Worker worker, ControlConnection control, Frame frame) throws IOException {
        switch (frame.type()) {
            case READY -> {
                control.readyReported();
                listener.open(worker);
            }
            case START_FAILED -> {
                expect(control.mayFailToStart(), frame);
                WireLimit.EXCEPTION.checked(frame.size());
                control.failedToStart(ThrowableCodec.decode(frame.payload(), options.classLoader()));
            }
            case PONG -> {
                HeapUse heap = HeapUse.of(frame);
                if (heap != null) {
                    worker.hasHeap(new PoolStats.HeapStats(heap.used(), heap.committed(), heap.max()));
                }
                listener.pong(worker);
            }
            case PROGRESS -> {
                ProgressReport report = ProgressReport.of(frame);
                for (Slot slot : worker.slots()) {
                    PoolTask task = dispatcher.leased(slot);
                    if (task != null && task.id() == frame.taskId()) {
                        task.progressed(report);
                    }
                }
            }
            case INSPECTED -> listener.inspected(worker, frame.taskId(), Inspection.of(frame));
            case REPORT -> {
                expect(control.takeReport(), frame);
                worker.reports(shared(WorkerReport.of(frame)));
                observer.workerReported(worker.name(), worker.report());
            }
            case DUMPED -> {
                WireLimit.THREAD_DUMP.checked(frame.size());
                CompletableFuture<String> dump = control.nextDump();
                if (dump != null) {
                    dump.complete(new String(frame.payload(), StandardCharsets.UTF_8));
                }
            }
            case COUNTED -> {
                HeapHistogram histogram = HeapHistogram.of(frame);
                listener.counted(worker);
                control.takeCounts().forEach(answer -> answer.complete(histogram));
            }
            case TOLD -> {
                WireLimit.TOLD.checked(frame.size());
                observer.workerTold(worker.name(), frame.payload());
            }
            case EXITING -> listener.exitCalled(worker, frame.taskId());
            default -> throw new ProtocolException("unexpected " + frame.type() + " on the control connection");
        }
    }

    /** Returns the same report for all workers that say the same, which most often are all: it may be long. */
    private WorkerReport shared(WorkerReport report) {
        if (!report.equals(lastReport)) {
            lastReport = report;
        }
        return lastReport;
    }

    private static void expect(boolean isTheTime, Frame frame) throws ProtocolException {
        if (!isTheTime) {
            throw new ProtocolException(frame.type() + " twice, or at the wrong time");
        }
    }

    /** Sends when the connection takes it. */
    void send(Worker worker, Frame frame) {
        try {
            worker.control().send(frame);
        } catch (IOException e) {
            worker.control().close();
            listener.lost(worker, null);
        }
    }
}
