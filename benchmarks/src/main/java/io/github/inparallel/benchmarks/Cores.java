package io.github.inparallel.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A processor to which processes are pinned.
 *
 * @param number as the kernel counts
 */
record Cores(int number) {

    static Cores first() {
        return allowed().get(0);
    }

    /** Another one than the first, where there is one. */
    static Cores second() {
        List<Cores> all = allowed();
        return all.get(Math.min(1, all.size() - 1));
    }

    /** The command, run on this processor only. */
    List<String> pin(List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(number)));
        pinned.addAll(command);
        return pinned;
    }

    /** As an argument of a program, which may be pinned itself and then sees one processor only. */
    static Cores of(String argument) {
        return new Cores(Integer.parseInt(argument));
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }

    private static List<Cores> allowed() {
        try {
            String list = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("0");
            List<Cores> cores = new ArrayList<>();
            for (String range : list.split(",", -1)) {
                String[] ends = range.split("-", -1);
                for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
                    cores.add(new Cores(i));
                }
            }
            return cores;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
