package io.github.inparallel.pool.task;

import io.github.inparallel.marshal.TaskMethod;
import io.github.inparallel.protocol.TaskRequest;

/** What a pool knows of a method that is called: how workers find it, and how long it runs. Thread-safe. */
public final class KnownMethod {

    private final String id;
    private final TaskRequest.Address address;
    private final RunTime here = new RunTime();
    private final RunTime elsewhere = new RunTime();

    KnownMethod(TaskMethod method) {
        this(method.id(), TaskRequest.Address.of(method.target(), method.key()));
    }

    KnownMethod(String id, TaskRequest.Address address) {
        this.id = id;
        this.address = address;
    }

    String id() {
        return id;
    }

    TaskRequest.Address address() {
        return address;
    }

    /** Takes in that a task of it has run so long in a worker of this pool. */
    public void ran(long nanos) {
        here.ran(nanos);
    }

    /** Takes in that a task of it has run so long at another member, which may be quicker or slower. */
    public void ranElsewhere(long nanos) {
        elsewhere.ran(nanos);
    }

    /** Whether its tasks are over so soon that it pays to give a worker the next one early. */
    public boolean isShort() {
        return here.isShort();
    }

    /** The same of other members. */
    public boolean isShortElsewhere() {
        return elsewhere.isShort();
    }

    /** How long the last tasks have run. */
    private static final class RunTime {

        private static final long SHORT_NANOS = 100_000;
        private static final long MOST_NANOS =
                4 * SHORT_NANOS; // a single long run may have been kept from the processor
        private static final int ENOUGH = 8;
        private static final int WEIGHT = 8; // of all runs before, against one of the last

        // Written by whatever thread reads an answer; an update that gets lost between two threads is no matter.
        private volatile long meanNanos;
        private volatile int runs;

        void ran(long took) {
            long nanos = Math.min(took, MOST_NANOS);
            int count = runs;
            meanNanos = count == 0 ? nanos : meanNanos + (nanos - meanNanos) / Math.min(count + 1, WEIGHT);
            if (count < ENOUGH) {
                runs = count + 1;
            }
        }

        boolean isShort() {
            return runs >= ENOUGH && meanNanos < SHORT_NANOS;
        }
    }
}
