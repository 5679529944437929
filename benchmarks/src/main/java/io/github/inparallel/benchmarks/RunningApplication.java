package io.github.inparallel.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An application of ours, started as its users would, and what it says on its console. Confined to one thread. */
final class RunningApplication implements AutoCloseable {

    private final long launchedMillis = System.currentTimeMillis();
    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    RunningApplication(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        this.process = builder.start();
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    long pid() {
        return process.pid();
    }

    /** Milliseconds from its launch until it was ready. */
    long awaitReady() throws IOException {
        return await("ready") - launchedMillis;
    }

    /** Milliseconds from the next worker's launch until that was ready. */
    long awaitWorker() throws IOException {
        return await("worker");
    }

    /** Replaces all workers. */
    void recycle() throws IOException {
        tell("recycle");
    }

    /** Process ids of its workers. */
    List<Long> workers() throws IOException {
        tell("pids");
        List<Long> pids = new ArrayList<>();
        for (Said said = next(); !said.what.equals("pids"); said = next()) {
            if (said.what.equals("pid")) {
                pids.add(said.value);
            }
        }
        return pids;
    }

    /** Waits until nothing prepares classes for later starts any more. */
    void awaitClassCache() throws IOException, InterruptedException {
        for (int quiet = 0; quiet < 10; quiet++) {
            tell("preparing");
            if (await("preparing") > 0) {
                quiet = 0;
            }
            TimeUnit.MILLISECONDS.sleep(100); // it has no way to tell
        }
    }

    private void tell(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    private long await(String what) throws IOException {
        Said said = next();
        while (!said.what.equals(what)) {
            said = next();
        }
        return said.value;
    }

    private record Said(String what, long value) {}

    private Said next() throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            String[] parts = line.split("\t", -1);
            if (parts.length == 3 && parts[0].equals("@@")) {
                return new Said(parts[1], Long.parseLong(parts[2]));
            }
        }
        throw new IOException("the application has ended");
    }

    /** It ends when its standard input does, and ends its workers. */
    @Override
    public void close() throws IOException {
        input.close();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
