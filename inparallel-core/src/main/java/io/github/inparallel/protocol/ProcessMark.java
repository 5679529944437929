package io.github.inparallel.protocol;

import io.github.inparallel.platform.Procfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A random word in the environment of a worker. Processes that are started in it inherit the word, also those that detach
 * themselves and are nobody's descendants any more, so they can be found and ended, as servers for builds do it. Linux only;
 * elsewhere none is found. A program that overwrites its environment, as some servers do to set their title, is not found
 * either.
 */
public final class ProcessMark {

    /**
     * The variable; a process that is started without it, or with another value, is not ended with the worker. Its name does
     * not begin with the product's, because Spring takes such variables for properties.
     */
    public static final String VARIABLE = "WORKER_OF_INPARALLEL";

    private static final int LENGTH = 16;
    private static final long BETWEEN_LOOKS = 5_000_000;

    private final String word;

    private ProcessMark(String word) {
        this.word = word;
    }

    /** One that nobody has. */
    public static ProcessMark create() {
        return new ProcessMark(Secret.random(LENGTH));
    }

    /** That of this process; empty if it is no worker, or somebody has chosen another value. */
    public static Optional<ProcessMark> ofThisProcess() {
        String word = System.getenv(VARIABLE);
        return word != null && word.matches("[0-9a-f]{" + 2 * LENGTH + "}")
                ? Optional.of(new ProcessMark(word))
                : Optional.empty();
    }

    /** Value of the variable. */
    public String word() {
        return word;
    }

    /**
     * Ends the processes that carry the mark, and looks again until there are none, but no longer than the given time. Never
     * this process, nor those that it was started by.
     */
    public void endCarriers(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            List<ProcessHandle> carriers = carriers(deadline);
            carriers.forEach(ProcessHandle::destroyForcibly);
            if (carriers.isEmpty() || deadline - System.nanoTime() <= 0) {
                return;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS);
        }
    }

    /** The processes that carry the mark, but this one and those that it was started by. */
    public List<ProcessHandle> carriers(Duration atMost) {
        return carriers(System.nanoTime() + atMost.toNanos());
    }

    private List<ProcessHandle> carriers(long deadline) {
        Set<Long> spared = ofThisProcessAndItsAncestors();
        List<ProcessHandle> carriers = new ArrayList<>();
        try {
            for (long pid : Procfs.pids()) {
                if (deadline - System.nanoTime() <= 0) {
                    break;
                }
                // First the handle, which knows when its process began: it ends no later one that has the number by
                // then.
                ProcessHandle handle =
                        spared.contains(pid) ? null : ProcessHandle.of(pid).orElse(null);
                if (handle != null && isCarriedBy(pid)) {
                    carriers.add(handle);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // whoever may not list processes finds none
        }
        return carriers;
    }

    private static Set<Long> ofThisProcessAndItsAncestors() {
        Set<Long> pids = new HashSet<>();
        for (@Nullable ProcessHandle each = ProcessHandle.current();
                each != null && pids.add(each.pid());
                each = each.parent().orElse(null)) {
            // the next
        }
        return pids;
    }

    /** Only processes of the same user can be read. */
    private boolean isCarriedBy(long pid) {
        try {
            byte[] environment = Files.readAllBytes(Procfs.of(pid, "environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(VARIABLE + "=" + word);
        } catch (IOException e) {
            return false; // somebody else's, or gone
        }
    }
}
