package io.github.inparallel.pool.dispatch;

import io.github.inparallel.TaskRefusedException;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.task.PoisonGuard;
import io.github.inparallel.units.Counts;
import java.util.function.BiConsumer;

/**
 * What becomes of tasks whose workers were lost, here or at another member: each loss counts against its method, and those
 * that have retries wait again. Thread-safe.
 */
public final class LostTasks {

    private static final Log log = Log.of(LostTasks.class);

    private final PoolOptions options;
    private final Machine machine;
    private final WaitingTasks waiting;
    private final PoisonGuard poison;
    private final PoolObserver observer;

    public LostTasks(
            PoolOptions options, Machine machine, WaitingTasks waiting, PoisonGuard poison, PoolObserver observer) {
        this.options = options;
        this.machine = machine;
        this.waiting = waiting;
        this.poison = poison;
        this.observer = observer;
    }

    /**
     * Counts a loss against the task's method. If the method is refused from now on, tasks of it that wait end.
     *
     * @param cause what the loss was, as a clause
     * @param ending runs what ends a task, and sees to it that it does
     */
    public void count(DispatchedTask task, String cause, BiConsumer<DispatchedTask, Runnable> ending) {
        long now = machine.nanoTime();
        if (!poison.lost(task.method(), task.displayName(), cause, now)) {
            return;
        }
        log.error(
                "{} is refused for a minute: its tasks lost {} within a minute (poison-limit)",
                task.displayName(),
                Counts.text(options.poisonLimit(), "worker", "workers"));
        for (DispatchedTask each : waiting.takeAll(other -> other.method().equals(task.method()))) {
            ending.accept(each, () -> refuse(each, now));
        }
    }

    private void refuse(DispatchedTask task, long now) {
        TaskRefusedException refusal = poison.refusal(task.method(), task.displayName(), now);
        if (refusal == null) {
            waiting.putBack(task);
        } else {
            task.refused(refusal);
        }
    }

    /**
     * Has the task wait again, if it has retries and may be tried.
     *
     * @param ended whether its end was decided when it was lost
     * @param lost what was lost, as a clause
     */
    public boolean isTriedAgain(DispatchedTask task, boolean ended, String lost) {
        boolean refused = poison.refusal(task.method(), task.displayName(), machine.nanoTime()) != null;
        if (ended || refused || !task.takeRetry()) {
            return false;
        }
        log.info("Task {} ({}) is tried again: {} was lost", task.taskId(), task.displayName(), lost);
        observer.taskRetried(task.displayName());
        waiting.putBack(task);
        return true;
    }
}
