package io.github.inparallel.pool.process;

import io.github.inparallel.platform.Procfs;
import java.io.IOException;
import java.nio.file.Files;
import java.util.OptionalLong;

/** Reads what a process holds of the machine's memory. */
final class ResidentMemory {

    private ResidentMemory() {}

    /** Returns the resident bytes of a process; empty where the operating system does not tell, or the process is gone. */
    static OptionalLong of(long pid) {
        try {
            for (String line : Files.readAllLines(Procfs.of(pid, "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return OptionalLong.of(Long.parseLong(line.replaceAll("\\D", "")) * 1024);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // gone, or another platform
        }
        return OptionalLong.empty();
    }
}
