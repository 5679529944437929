package io.github.inparallel.protocol;

import io.github.inparallel.platform.Procfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A random word in the environment of a worker. Processes that are started in it inherit the word, also those that detach
 * themselves and are nobody's descendants any more, so they can be found and ended, as servers for builds do it. Linux only;
 * elsewhere none is found. A program that overwrites its environment, as some servers do to set their title, is not found
 * either.
 */
public final class ProcessMark {

    /**
     * The variable; a process that has detached itself and was started without it, or with another value, is not ended with the
     * worker. Its value is a word, or several with colons between them: a worker whose application was itself started in a worker
     * carries the marks of both. Its name does not begin with the product's, because Spring takes such variables for properties.
     */
    public static final String VARIABLE = "WORKER_OF_INPARALLEL";

    private static final int LENGTH = 16;
    private static final String WORD = "[0-9a-f]{" + 2 * LENGTH + "}";
    private static final Pattern VALUE = Pattern.compile("(?:" + WORD + ":)*(" + WORD + ")");

    /** Where processes come and go all the time, nobody can be sure that there is none. */
    private static final int MOST_LOOKS_IN_VAIN = 20;

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
        String value = System.getenv(VARIABLE);
        Matcher matcher = VALUE.matcher(value == null ? "" : value);
        return matcher.matches() ? Optional.of(new ProcessMark(matcher.group(1))) : Optional.empty();
    }

    /**
     * Returns the variable's value in a process that is to carry this mark, beside those that it would inherit.
     *
     * @param inherited the value that it would inherit, if any
     */
    public String value(@Nullable String inherited) {
        return inherited != null && VALUE.matcher(inherited).matches() ? inherited + ":" + word : word;
    }

    /** Ends all carriers, as {@link #endCarriers(Duration, Predicate)}. */
    public void endCarriers(Duration atMost) {
        endCarriers(atMost, carrier -> true);
    }

    /**
     * Ends the processes that carry the mark, and looks again until there are none, but no longer than the given time. Never
     * this process, nor those that it was started by. A process that has ended before it was looked at may have started
     * another; so one look that finds none is not enough where there is such a process.
     */
    public void endCarriers(Duration atMost, Predicate<ProcessHandle> which) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Set<Long> unclear = Set.of();
        int inVain = 0;
        while (inVain < MOST_LOOKS_IN_VAIN) {
            Set<Long> unclearBefore = unclear;
            unclear = new HashSet<>();
            AtomicBoolean found = new AtomicBoolean();
            look(deadline, unclear, carrier -> {
                if (which.test(carrier)) {
                    carrier.destroyForcibly();
                    found.set(true);
                }
            });
            if (!found.get() && unclearBefore.containsAll(unclear) || deadline - System.nanoTime() <= 0) {
                return;
            }
            inVain = found.get() ? 0 : inVain + 1;
            LockSupport.parkNanos(BETWEEN_LOOKS);
        }
    }

    /** The processes that carry the mark, but this one and those that it was started by. */
    public List<ProcessHandle> carriers(Duration atMost) {
        List<ProcessHandle> carriers = new ArrayList<>();
        look(System.nanoTime() + atMost.toNanos(), new HashSet<>(), carriers::add);
        return carriers;
    }

    /**
     * Shows each carrier as soon as it is found.
     *
     * @param unclear gets those that have no environment, or half of one: they have ended, or change to another program, or never
     *     have one
     */
    void look(long deadline, Set<Long> unclear, Consumer<ProcessHandle> found) {
        Set<Long> spared = ofThisProcessAndItsAncestors();
        try {
            List<Long> pids = Procfs.pids();
            Collections.reverse(pids); // first the youngest, most likely: they may be the shortest-lived
            for (long pid : pids) {
                if (deadline - System.nanoTime() <= 0) {
                    break;
                }
                // First the handle, which knows when its process began: it ends no later one that has the number by
                // then.
                ProcessHandle handle =
                        spared.contains(pid) ? null : ProcessHandle.of(pid).orElse(null);
                String environment = handle == null ? "" : environment(pid);
                if (handle != null && isIn(environment)) {
                    found.accept(handle);
                } else if (!environment.endsWith("\0") && !spared.contains(pid)) {
                    unclear.add(pid);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // whoever may not list processes finds none
        }
    }

    private boolean isIn(String environment) {
        if (!environment.contains(word)) {
            return false;
        }
        return Stream.of(environment.split("\0"))
                .filter(entry -> entry.startsWith(VARIABLE + "="))
                .anyMatch(
                        entry -> List.of(entry.substring(VARIABLE.length() + 1).split(":"))
                                .contains(word));
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

    /** Each entry ends with a zero byte. Only that of processes of the same user can be read. */
    private static String environment(long pid) {
        try {
            return new String(Files.readAllBytes(Procfs.of(pid, "environ")), StandardCharsets.ISO_8859_1);
        } catch (AccessDeniedException e) {
            return "\0"; // somebody else's
        } catch (IOException e) {
            return ""; // gone
        }
    }
}
