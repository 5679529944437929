package io.github.inparallel.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/** Starts JVMs that say hello and end: the limit of processes that are fresh for each call. */
final class BareStarts {

    private static final int AT_A_TIME = 2;

    private BareStarts() {}

    /** @param args an option for the JVMs; milliseconds of warm-up and of measurement */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        String classes = Path.of(BareStarts.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        List<String> command = List.of(
                System.getProperty("java.home") + "/bin/java",
                args[0],
                "-Xshare:auto",
                "-cp",
                classes,
                Hello.class.getName());
        Measurement.say(
                "",
                Latency.steady(
                        () -> awaitEnd(start(command)), Integer.parseInt(args[1]), Integer.parseInt(args[2]) / 2));
        sustained(command, Integer.parseInt(args[1]));
        Measurement.say("sustained", "/s", sustained(command, Integer.parseInt(args[2])));
        System.exit(0);
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void awaitEnd(Process process) throws IOException, InterruptedException {
        try (InputStream output = process.getInputStream()) {
            output.readAllBytes();
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("a bare JVM ended with " + process.exitValue());
        }
    }

    private static double sustained(List<String> command, int millis) throws IOException, InterruptedException {
        ArrayDeque<Process> running = new ArrayDeque<>();
        for (int i = 0; i < AT_A_TIME; i++) {
            running.add(start(command));
        }
        long start = System.nanoTime();
        long end = start + millis * 1_000_000L;
        long now = start;
        int done = 0;
        while (now < end) {
            awaitEnd(running.remove());
            running.add(start(command));
            done++;
            now = System.nanoTime();
        }
        for (Process left : running) {
            awaitEnd(left);
        }
        return done * 1e9 / (now - start);
    }

    /** What is started. */
    static final class Hello {

        private Hello() {}

        public static void main(String[] args) {
            System.out.println("hello, world");
        }
    }
}
