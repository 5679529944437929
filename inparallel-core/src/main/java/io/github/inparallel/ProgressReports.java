package io.github.inparallel;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest progress report of one task and who wants to hear of it. Reports come on two connections, so one that is
 * overtaken is dropped; listeners are called on the callback executor, one call at a time, and may miss reports that were
 * overtaken.
 */
final class ProgressReports {

    private static final Logger log = LoggerFactory.getLogger(TaskFuture.class);

    private final String taskId;
    private final Executor callbacks;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger wanted = new AtomicInteger(); // deliveries asked for since the running one began
    private final AtomicReference<@Nullable TaskProgress> last = new AtomicReference<>(); // only ever replaced by newer

    ProgressReports(String taskId, Executor callbacks) {
        this.taskId = taskId;
        this.callbacks = callbacks;
    }

    Optional<TaskProgress> last() {
        return Optional.ofNullable(last.get());
    }

    void report(TaskProgress report) {
        TaskProgress before = last.get();
        while (before == null || report.at().isAfter(before.at())) {
            if (last.compareAndSet(before, report)) {
                break;
            }
            before = last.get();
        }
        if (!listeners.isEmpty()) {
            wake();
        }
    }

    void listen(Consumer<TaskProgress> listener) {
        listeners.add(new Listener(listener));
        if (last.get() != null) {
            wake();
        }
    }

    private void wake() {
        if (wanted.getAndIncrement() == 0) {
            try {
                callbacks.execute(this::deliver);
            } catch (Throwable e) {
                wanted.set(0); // the next report tries again; who reports is not to suffer
                log.warn("The callback executor took no progress report of task {}", taskId, e);
            }
        }
    }

    private void deliver() {
        int served;
        do {
            served = wanted.get();
            TaskProgress report = last.get();
            if (report != null) {
                listeners.forEach(listener -> listener.accept(report));
            }
        } while (wanted.addAndGet(-served) > 0);
    }

    /** Remembers what it was told, so that a report is not told twice. Confined to the delivery, which is one at a time. */
    private final class Listener {
        private final Consumer<TaskProgress> target;
        private @Nullable TaskProgress told;

        Listener(Consumer<TaskProgress> target) {
            this.target = target;
        }

        void accept(TaskProgress report) {
            if (!report.equals(told)) {
                told = report;
                try {
                    target.accept(report);
                } catch (Throwable e) {
                    log.warn("A progress listener of task {} failed", taskId, e);
                }
            }
        }
    }
}
