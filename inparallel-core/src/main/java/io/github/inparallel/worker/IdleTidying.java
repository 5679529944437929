package io.github.inparallel.worker;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.github.inparallel.protocol.WorkerJvm;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Gives memory back to the operating system while there is nothing to do: what the start, or the last tasks, have left in
 * the heap. Once, each time the worker has fallen idle. And sees that there is a folder for temporary files. The main thread's.
 */
final class IdleTidying {

    private static final long PAUSE_MILLIS = 1_000;
    private static final long LONG_PAUSE_MILLIS = 10_000;

    private static final String MOST_FREE = "MaxHeapFreeRatio";
    private static final String ALL = "100"; // percent, as the worker was started with
    private static final String FEW = "40";

    private final List<WorkerSlot> slots;
    private final TemporaryFolder temporary;
    private long seen = -1;
    private boolean tidy;

    IdleTidying(List<WorkerSlot> slots, TemporaryFolder temporary) {
        this.slots = slots;
        this.temporary = temporary;
    }

    /** Returns when the worker is to leave. */
    void until(ControlLoop loop) {
        while (!loop.awaitRetirement(tidy ? LONG_PAUSE_MILLIS : PAUSE_MILLIS)) {
            look();
            temporary.keep();
        }
    }

    /** Collects where nothing has begun, run or ended since it looked last. */
    private void look() {
        long now = 0;
        boolean busy = false;
        for (WorkerSlot slot : slots) { // no lambda: an idle worker would keep what linking it takes
            now += slot.activity();
            busy |= slot.isBusy();
        }
        if (now != seen) {
            tidy = false;
            seen = now;
        } else if (!tidy && !busy) {
            tidy = true;
            giveBack();
        }
    }

    /**
     * Collects, and has the free part of the heap given back to the system. While there is work it is kept: pages that are
     * got anew for a large argument cost more than to read it.
     */
    private static void giveBack() {
        // A heap that has not grown has nothing to give, and to ask for it loads the JVM's management.
        boolean shrinking = Runtime.getRuntime().totalMemory() > WorkerJvm.INITIAL_HEAP && setMostFree(ALL, FEW);
        System.gc();
        if (shrinking) {
            setMostFree(FEW, ALL);
        }
    }

    /** @return false if it is not as expected: jvm-args have decided, or this Java installation has nothing to do it with */
    private static boolean setMostFree(String expected, String percent) {
        try {
            HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            if (!jvm.getVMOption(MOST_FREE).getValue().equals(expected)) {
                return false;
            }
            jvm.setVMOption(MOST_FREE, percent);
            return true;
        } catch (RuntimeException | LinkageError e) {
            return false; // the main thread, whose end is the worker's, must not fail for this
        }
    }
}
