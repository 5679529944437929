package io.github.inparallel.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a pool must not leave behind. */
public final class Leftovers {

    private Leftovers() {}

    /** Threads, processes and files of ours. */
    public static List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            Stream<String> threads = Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.startsWith("inparallel-"));
            Stream<String> processes = ProcessHandle.current()
                    .children()
                    .filter(ProcessHandle::isAlive)
                    .map(Object::toString);
            Stream<String> directories = files.map(Path::toString)
                    .filter(name -> name.contains(
                            "inparallel-" + ProcessHandle.current().pid() + "-"));
            return Stream.of(threads, processes, directories)
                    .flatMap(each -> each)
                    .toList();
        }
    }

    /** Open ones of this process. */
    public static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
