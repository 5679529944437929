package io.github.inparallel.pool.process;

import io.github.inparallel.platform.PlatformFeature;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.WorkerLauncher;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.config.MachineShare;
import io.github.inparallel.pool.process.cache.CachedClasses;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.protocol.LaunchDescription;
import io.github.inparallel.protocol.ProcessMark;
import io.github.inparallel.units.Counts;
import io.github.inparallel.units.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts workers as JVMs. Secrets and settings go to them through standard input. Thread-safe. What a
 * pool wants of processes it asks here.
 */
public final class JvmLauncher implements WorkerLauncher, AutoCloseable {

    private static final Log log = Log.of(JvmLauncher.class);

    private final PoolOptions options;
    private final Executor readers;
    private final MachineShare machine = MachineShare.ofThisProcess();
    private final JvmCommand command;
    private final ClassSource classSource;
    private final Phaser tidying = new Phaser(1); // a party for each launch and each process, and whoever closes
    private boolean closed; // guarded by this
    private volatile BooleanSupplier quiet = () -> false; // set once, before there are workers

    /** @param readers runs what reads the output of workers, and what may take long */
    public JvmLauncher(PoolOptions options, Executor readers) {
        this.options = options;
        this.readers = readers;
        this.command = new JvmCommand(options, machine);
        this.classSource = new ClassSource(options, command);
        describeSlices();
    }

    /**
     * Tries what the options make of a worker's command.
     *
     * @throws io.github.inparallel.pool.InvalidOptionException if no worker could be started
     */
    public static void check(PoolOptions options) {
        LaunchCheck.check(options);
    }

    /**
     * Prepares the class cache that workers with these options start from.
     *
     * @return its folder; null if another process is preparing it
     * @throws IOException if it cannot be prepared; the message says why
     */
    public static @Nullable Path prepareClassCache(PoolOptions options) throws IOException {
        try (ClassSource source = new ClassSource(options, new JvmCommand(options, MachineShare.ofThisProcess()))) {
            return source.prepare(true);
        }
    }

    /** Returns the classes with which a pool starts its first worker, for those who load them before. */
    public static List<Class<?>> neededFirst() {
        return List.of(
                JvmCommand.class,
                InheritedOptions.class,
                ArchiveKind.class,
                ClassSource.class,
                PrivateDirectory.class,
                JvmLauncher.class,
                JvmProcess.class,
                OutputTail.class,
                LaunchDescription.class);
    }

    /** Returns what has to hear of the pool's workers; empty if there is nothing to do for it. */
    public Optional<PoolObserver> observer() {
        return classSource.isOff() ? Optional.empty() : Optional.of(classSource);
    }

    /**
     * Logs what workers print at DEBUG while this is so: it has been said before, since their starts fail again and again.
     */
    public void quietWhile(BooleanSupplier isKnown) {
        quiet = isKnown;
    }

    private void describeSlices() {
        MissingFeatures.say();
        if (options.maxWorkers() == 0) {
            log.info(
                    "Pool '{}' has no workers of its own (max-workers: 0): other members run its tasks",
                    options.name());
            return;
        }
        log.info(
                "Pool '{}': up to {}, each with heap: {}, max-memory: {} and {}; there are {} and {} here",
                options.name(),
                Counts.text(options.maxWorkers(), "worker", "workers"),
                Sizes.text(options.heap()),
                options.maxMemory() == null ? "none" : Sizes.text(options.maxMemory()),
                Counts.text(machine.processors(options.maxWorkers()), "processor", "processors"),
                Sizes.text(machine.memory()),
                Counts.text(machine.processors(), "processor", "processors"));
        if (machine.dyingTogether()) {
            OneFate.warn();
        }
    }

    /** Warns when it is initialised: once in a process. */
    private static final class OneFate {
        static {
            log.warn(
                    "memory.oom.group is set for this container: when its memory runs short, the kernel ends the"
                            + " application together with the worker that took it. Each worker has a max-memory for that reason;"
                            + " leave room for all of them beside the application, or unset it (Kubernetes: singleProcessOOMKill)");
        }

        static void warn() {}
    }

    /** Says what this platform lacks when it is initialised: once in a process. */
    private static final class MissingFeatures {
        static {
            for (String sentence : PlatformFeature.missing()) {
                log.info("{} See \"Other platforms\" in the operations guide", sentence);
            }
        }

        static void say() {}
    }

    @Override
    public WorkerProcess launch(LaunchDescription description, Path directory) throws IOException {
        register();
        try {
            return launchRegistered(description, directory);
        } finally {
            tidying.arriveAndDeregister();
        }
    }

    /** Has whoever closes wait for what begins now; nothing begins afterwards, so the directory can go. */
    private synchronized void register() throws IOException {
        if (closed) {
            throw new IOException("Pool '" + options.name() + "' is closed");
        }
        tidying.register();
    }

    private WorkerProcess launchRegistered(LaunchDescription description, Path directory) throws IOException {
        String name = description.pool() + "-" + description.worker();
        WorkerFiles files = new WorkerFiles(directory, "-" + description.worker());
        DebugPort port = DebugPort.take(options.debugPort());
        try {
            CachedClasses classes = port == null ? classSource.find(name) : null;
            ProcessMark mark = ProcessMark.create();
            Process process = command.start(new JvmCommand.Start(
                    name,
                    mark,
                    files,
                    classes == null ? command.plain() : command.cached(classes),
                    List.of(),
                    port == null ? List.of() : List.of(port.jvmOption())));
            if (port != null) {
                log.info("Worker {} listens for a debugger on port {}", name, options.debugPort());
            }
            WorkerProcess worker = attend(process, mark, description, name, files, classes != null);
            if (port != null) {
                worker.exit().thenRun(port::release);
            }
            return worker;
        } catch (Throwable e) {
            if (port != null) {
                port.release();
            }
            files.delete(); // nothing of a worker that could not be started stays
            throw e;
        }
    }

    /** Has the output of a process read, and tells it what it must know. */
    private WorkerProcess attend(
            Process process,
            ProcessMark mark,
            LaunchDescription description,
            String name,
            WorkerFiles files,
            boolean cached)
            throws IOException {
        Log output = Log.of("inparallel.worker." + description.pool());
        Consumer<String> known = line -> output.debug("{}: {}", name, line);
        Consumer<String> printed = line -> {
            if (quiet.getAsBoolean()) {
                known.accept(line);
            } else if (!cached || !classSource.isRefusal(line)) {
                output.info("{}: {}", name, line);
            }
        };
        JvmProcess worker = new JvmProcess(process, mark, () -> new CrashBanner(printed, known));
        try {
            readers.execute(worker::readOutput);
            readers.execute(worker::readErrors);
            readers.execute(worker::awaitExit);
            // Not here: a process that does not read must be known, so that startup-timeout can end it.
            readers.execute(() -> worker.tell(description));
        } catch (Throwable e) {
            try {
                worker.kill(); // with the JVM, if a prefix has started it
            } catch (Throwable another) { // such as want of memory: the first failure is the one to tell
                e.addSuppressed(another);
            }
            throw new IOException("There is no thread to read what it prints and to see it end: " + e, e);
        }
        tidyAfter(worker, mark, files);
        return worker;
    }

    /** Removes what a worker leaves when it ends: its files, and processes that have detached themselves. */
    private void tidyAfter(JvmProcess worker, ProcessMark mark, WorkerFiles files) {
        tidying.register();
        worker.exit()
                .thenRunAsync(
                        () -> {
                            mark.endCarriers(JvmProcess.SEARCH);
                            files.delete();
                        },
                        readers)
                .whenComplete((done, failure) -> tidying.arriveAndDeregister());
    }

    /** Returns when what ended workers have left is gone, or soon. */
    @Override
    public void close() {
        classSource.close();
        synchronized (this) {
            closed = true;
        }
        try {
            tidying.awaitAdvanceInterruptibly(tidying.arrive(), JvmProcess.SEARCH.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            log.warn(
                    "Pool '{}' is closed, but files and processes that its workers have left may not be gone",
                    options.name(),
                    e);
        }
    }
}
