package io.github.inparallel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel tells of a process. */
final class ProcFile {

    private static final double TICKS_IN_SECOND = 100; // USER_HZ, the same on every Linux that runs Java
    private static final int USER_TIME = 11; // counted from what follows the name
    private static final int SYSTEM_TIME = 12;

    private ProcFile() {}

    /** Its share of memory: what it has alone, and its part of what it shares. */
    static double mebibytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("no Pss for " + pid);
    }

    /** Processor time of all of them together, in milliseconds. */
    static double processorMillis(List<Long> pids) throws IOException {
        double ticks = 0;
        for (long pid : pids) {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1);
            ticks += Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
        }
        return ticks * 1_000 / TICKS_IN_SECOND;
    }
}
