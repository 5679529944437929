package io.github.inparallel.pool.process;

import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.Machine;
import io.github.inparallel.pool.runtime.NamedThreads;
import io.github.inparallel.protocol.Frame;
import io.github.inparallel.protocol.FrameChannel;
import io.github.inparallel.protocol.FrameType;
import io.github.inparallel.protocol.Hello;
import io.github.inparallel.protocol.ProcessMark;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Starts a worker that belongs to no pool and gets no tasks, lets it become ready as any other, and has it leave. Its JVM
 * writes the archive when it ends. Unless somebody waits for it, it gets the processors that nobody else wants.
 */
final class WorkerTraining implements AutoCloseable {

    private static final Log log = Log.of(WorkerTraining.class);

    private static final int NUMBER = 0; // the pool's own begin with 1
    private static final Duration NO_PINGS = Duration.ofHours(1);
    private static final long TIME_TO_WRITE = TimeUnit.MINUTES.toSeconds(10);
    private static final long TIME_TO_READ = 1_000; // milliseconds, for what it printed before it ended
    private static final int MOST_BYTES = 1 << 20;

    private final PoolOptions options;
    private final JvmCommand command;
    private final JvmCommand.Origin origin;
    private final boolean awaited;
    private final Credentials credentials;
    private final List<FrameChannel> connections = new ArrayList<>(); // the running thread's
    private @Nullable JvmProcess process; // guarded by this
    private boolean closed; // guarded by this
    private volatile boolean isReady; // set once, by the running thread

    /** @param awaited whether somebody waits for it */
    WorkerTraining(PoolOptions options, JvmCommand command, JvmCommand.Origin origin, boolean awaited) {
        this.options = options;
        this.command = command;
        this.origin = origin;
        this.awaited = awaited;
        this.credentials = new Credentials(options.concurrency());
    }

    /**
     * Returns when the worker has become ready and has ended in order.
     *
     * @throws IOException if it has not; the message says why
     */
    void run() throws IOException {
        try (PrivateDirectory directory = PrivateDirectory.create(Machine.REAL.folders());
                ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.socket()));
            JvmProcess worker = start(directory);
            try {
                worker.exit().orTimeout(limit().toNanos(), TimeUnit.NANOSECONDS).whenComplete((code, failure) -> {
                    close(server); // nobody else will connect
                    if (failure != null && !isReady) {
                        worker.end(); // it may not even read what it is told
                    }
                });
                worker.tell(new LaunchDescriptions(options, directory.socket())
                        .of(NUMBER, credentials, true, List.of(), NO_PINGS));
                awaitReady(connect(server), worker);
                leave(worker);
            } finally {
                worker.kill();
                for (FrameChannel connection : connections) {
                    connection.close();
                }
            }
        }
    }

    private synchronized JvmProcess start(PrivateDirectory directory) throws IOException {
        if (closed) {
            throw new IOException("the pool is closed");
        }
        String name = options.name() + "-class-cache";
        ProcessMark mark = ProcessMark.create();
        Process started = command.start(
                new JvmCommand.Start(name, mark, new WorkerFiles(directory.path(), ""), origin, nice(), List.of()));
        JvmProcess worker = new JvmProcess(started, mark, () -> line -> log.debug("class cache: {}", line));
        process = worker;
        try {
            NamedThreads.newThread(worker::readOutput, "inparallel-" + name + "-out")
                    .start();
            NamedThreads.newThread(worker::readErrors, "inparallel-" + name + "-err")
                    .start();
            NamedThreads.newThread(worker::awaitExit, "inparallel-" + name + "-exit")
                    .start();
        } catch (Throwable e) {
            worker.kill();
            throw e;
        }
        return worker;
    }

    /** Returns what leaves the processors to others. */
    private List<String> nice() {
        for (String nice : new String[] {"/usr/bin/nice", "/bin/nice"}) {
            if (!awaited && Files.isExecutable(Path.of(nice))) {
                return List.of(nice, "-n", "19");
            }
        }
        return List.of();
    }

    /** Returns the longest time until it is ready, which is twice that of others: it may have the rest of the processors. */
    private Duration limit() {
        return options.startupTimeout().multipliedBy(2);
    }

    /** Lets in all its connections; returns the first, which is the control connection. */
    private FrameChannel connect(ServerSocketChannel server) throws IOException {
        int expected = 1 + options.concurrency() + (options.logs() == null ? 0 : 1);
        while (connections.size() < expected) {
            FrameChannel channel;
            try {
                channel = new FrameChannel(server.accept(), MOST_BYTES);
            } catch (IOException e) {
                break; // it has ended
            }
            Hello hello = greeted(channel);
            if (hello == null) {
                channel.close();
                continue;
            }
            connections.add(channel);
            if (hello.slot() == Hello.LOG) {
                NamedThreads.newThread(() -> drain(channel), "inparallel-" + options.name() + "-class-cache-log")
                        .start();
            }
        }
        if (connections.isEmpty()) {
            throw failed("it ended before it was ready");
        }
        return connections.get(0);
    }

    /** Returns what somebody says who connects; null if he is a stranger. */
    private @Nullable Hello greeted(FrameChannel channel) {
        try {
            Frame frame = channel.poll(TimeUnit.SECONDS.toMillis(5));
            if (frame == null) {
                return null;
            }
            Hello hello = Hello.of(frame);
            credentials.use(hello);
            return hello;
        } catch (IOException e) {
            log.debug("A connection that is not the worker's", e);
            return null;
        }
    }

    /** Reads log events for nobody: what goes wrong is told in another way. */
    private static void drain(FrameChannel log) {
        try {
            while (log.receive() != null) {
                // the next
            }
        } catch (IOException e) {
            // it has left
        }
    }

    private void awaitReady(FrameChannel control, JvmProcess worker) throws IOException {
        long deadline = System.nanoTime() + limit().toNanos();
        while (true) {
            Frame frame;
            try {
                frame = control.poll(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (IOException e) {
                throw failed("it ended before it was ready");
            }
            if (frame == null) {
                throw failed("it was not ready in time");
            }
            if (frame.type() == FrameType.READY) {
                isReady = true;
                log.debug("Worker {} of the class cache is ready", worker.pid());
                control.send(Frame.of(FrameType.RETIRE, 0));
                return;
            }
            if (frame.type() == FrameType.START_FAILED) {
                throw failed(String.valueOf(ThrowableCodec.decode(frame.payload(), options.classLoader())));
            }
        }
    }

    private void leave(JvmProcess worker) throws IOException {
        try {
            int code = worker.exit().get(TIME_TO_WRITE, TimeUnit.SECONDS);
            if (code != 0) {
                throw failed("it ended with exit code " + code);
            }
        } catch (TimeoutException | ExecutionException e) {
            throw failed("it did not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted");
        }
    }

    private IOException failed(String why) {
        List<String> lines = lastLines();
        return new IOException("the worker that was started for it: " + why
                + (lines.isEmpty() ? "" : "; it printed last: " + lines.get(lines.size() - 1)));
    }

    private List<String> lastLines() {
        JvmProcess worker;
        synchronized (this) {
            worker = process;
        }
        if (worker == null) {
            return List.of();
        }
        try {
            if (!worker.isAlive()) {
                worker.outputEnd().get(TIME_TO_READ, TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException | ExecutionException e) {
            log.debug("What worker {} of the class cache has printed may not be all", worker.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return worker.lastLines();
    }

    private static void close(ServerSocketChannel server) {
        try {
            server.close();
        } catch (IOException e) {
            log.debug("Closing a socket", e);
        }
    }

    /** Ends the worker, from any thread. */
    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            process.kill();
        }
    }
}
