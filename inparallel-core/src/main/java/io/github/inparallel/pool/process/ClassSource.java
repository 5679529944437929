package io.github.inparallel.pool.process;

import io.github.inparallel.WorkerExit;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.process.cache.CachedClasses;
import io.github.inparallel.pool.process.cache.ClassCache;
import io.github.inparallel.pool.process.cache.ClassPathEntry;
import io.github.inparallel.pool.process.cache.Preparation;
import io.github.inparallel.pool.runtime.Log;
import io.github.inparallel.pool.runtime.NamedThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a pool's workers load their classes from: the application's own class path, or the class cache. A worker that is launched takes what is there; if nothing is, it is prepared in the
 * background once a worker has become ready. Whatever goes wrong with it costs one line in the log, and workers start as
 * they would without. Thread-safe.
 */
final class ClassSource implements PoolObserver, AutoCloseable {

    private static final Log log = Log.of(ClassSource.class);

    /** A line of a JVM that cannot use an archive. */
    private static final Pattern REFUSAL = Pattern.compile("^(\\[[^\\]]*\\])*\\[(cds|aot)[,\\]].*");

    private final PoolOptions options;
    private final JvmCommand command;
    private final Set<String> starting = ConcurrentHashMap.newKeySet(); // workers that come from the cache
    private final AtomicBoolean begun = new AtomicBoolean(); // set once: the preparation
    private volatile boolean off; // set once: for good
    private volatile @Nullable Thread preparer; // written once, by the supervisor

    private @Nullable ClassCache cache; // guarded by this, as all below
    private @Nullable String key;
    private @Nullable CachedClasses found;
    private @Nullable WorkerTraining training;
    private boolean closed;

    ClassSource(PoolOptions options, JvmCommand command) {
        this.options = options;
        this.command = command;
        this.off = options.classCache().equals("off");
    }

    /** Tells whether there is nothing to do for it, ever. */
    boolean isOff() {
        return off;
    }

    // ---- using it

    /** Returns what a worker is to start from; null if that is the application's own class path. It may take long. */
    synchronized @Nullable CachedClasses find(String worker) {
        if (off || closed) {
            return null;
        }
        try {
            ClassCache open = open();
            String name = key();
            if (found != null && !open.contains(name)) {
                found = null; // somebody has cleared the folder
            } else if (found == null && !open.contains(name)) {
                log.debug("There is no class cache {} yet", open.folder().resolve(name));
            } else if (found == null) {
                found = open.find(name);
                log.info(
                        "Pool '{}': workers start from class cache {}",
                        options.name(),
                        open.folder().resolve(name));
            }
        } catch (IOException | RuntimeException e) {
            notUsable(e);
        }
        if (found != null) {
            starting.add(worker);
        }
        return found;
    }

    private void notUsable(Exception why) {
        found = null;
        if (cache == null || key == null) {
            withdraw("it is not used: " + why.getMessage());
            return;
        }
        log.warn("Pool '{}': class cache is not used, and is made anew: {}", options.name(), why.getMessage());
        log.debug("Class cache {} in {}", key, cache.folder(), why);
        try {
            cache.discard(key);
        } catch (IOException e) {
            off = true;
            log.debug("Class cache {} in {} cannot be removed", key, cache.folder(), e);
        }
    }

    private ClassCache open() throws IOException {
        if (cache == null) {
            cache = ClassCache.open(options.classCache());
        }
        return cache;
    }

    private String key() throws IOException {
        if (key == null) {
            key = ClassCache.key(classPath(), options.javaHome(), command.traits());
        }
        return key;
    }

    private List<ClassPathEntry> classPath() throws IOException {
        List<ClassPathEntry> given = options.bootstrap().classPath();
        if (given.isEmpty() && options.bootstrap().mainClass() != null) {
            throw new IOException("where " + options.bootstrap().mainClass() + " finds classes is not known");
        }
        return given.isEmpty() ? ClassPathEntry.listOf(JvmClassPath.declared(options)) : given;
    }

    /** Tells whether a line that a worker printed is its JVM's word that it cannot use the archive. */
    boolean isRefusal(String line) {
        if (!REFUSAL.matcher(line).matches()) {
            return false;
        }
        withdraw("the JVM does not take it: " + line);
        return true;
    }

    /** Leaves the cache alone for as long as this pool lives. */
    private void withdraw(String why) {
        synchronized (this) {
            if (off || closed) {
                return;
            }
            off = true;
        }
        log.warn("Pool '{}': workers start without class cache: {}", options.name(), why);
    }

    // ---- what becomes of workers, told by the supervisor

    @Override
    public void workerReady(String worker, Duration startup) {
        if (!starting.remove(worker) && !off && begun.compareAndSet(false, true)) {
            Thread thread =
                    NamedThreads.newThread(this::prepareInBackground, "inparallel-" + options.name() + "-class-cache");
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
            preparer = thread;
        }
    }

    @Override
    public void workerExited(String worker, WorkerExit exit) {
        if (starting.remove(worker) && exit.cause() != WorkerExit.Cause.SHUTDOWN) {
            withdraw("worker " + worker + " did not become ready with it");
        }
    }

    // ---- preparing it

    private void prepareInBackground() {
        try {
            prepare(false);
        } catch (IOException | RuntimeException | Error e) {
            synchronized (this) {
                if (closed) {
                    return;
                }
            }
            withdraw("it could not be prepared: " + e.getMessage());
            log.debug("Preparing the class cache", e);
        }
    }

    /**
     * Prepares what is not there yet.
     *
     * @param awaited whether somebody waits for it
     * @return the folder; null if another is preparing it
     * @throws IOException if it cannot be prepared; the message says why
     */
    @Nullable
    Path prepare(boolean awaited) throws IOException {
        ClassCache folder;
        String name;
        synchronized (this) {
            folder = open();
            name = key();
        }
        long began = System.nanoTime();
        try (Preparation preparation = folder.contains(name) ? null : folder.prepare(name, classPath())) {
            if (folder.contains(name)) {
                return folder.folder();
            }
            if (preparation == null) {
                log.debug("Another is preparing class cache {}", name);
                return null;
            }
            WorkerTraining worker = begin(preparation, awaited);
            worker.run();
            preparation.publish();
        }
        log.info(
                "Pool '{}': class cache {} is ready, after {} ms",
                options.name(),
                folder.folder().resolve(name),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        return folder.folder();
    }

    private WorkerTraining begin(Preparation preparation, boolean awaited) throws IOException {
        List<Path> classPath = preparation.classPath();
        synchronized (this) {
            if (closed) {
                throw new IOException("the pool is closed");
            }
            training =
                    new WorkerTraining(options, command, command.training(classPath, preparation.archive()), awaited);
            return training;
        }
    }

    @Override
    public void close() {
        Thread thread = preparer;
        synchronized (this) {
            closed = true;
            if (training != null) {
                training.close();
            }
        }
        try {
            if (thread != null) {
                thread.join(TimeUnit.SECONDS.toMillis(5)); // it removes what it has not finished
            }
            synchronized (this) {
                if (cache != null) {
                    cache.close();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.debug("Closing the class cache", e);
        }
    }
}
