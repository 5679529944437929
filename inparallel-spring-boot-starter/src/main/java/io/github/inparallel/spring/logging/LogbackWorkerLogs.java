package io.github.inparallel.spring.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.protocol.LogEvent;
import io.github.inparallel.spring.PoolInstrumentation;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Logs the events of workers with the application's own loggers. Events come out in their levels, appenders and
 * patterns, with {@code worker} (process id) and {@code pool} in the diagnostic context. Thread-safe.
 */
public final class LogbackWorkerLogs implements WorkerLogs, PoolInstrumentation, AutoCloseable {

    private static final int MOST_FOREIGN_LOGGERS = 20_000;

    /** Name of the logger for all loggers of workers beyond the number that may be made. */
    private static final String OTHERS = "inparallel.worker.others";

    private final LoggerContext context;
    private final ClassLoader loader;
    private final LevelListener listener = new LevelListener(this::levelsChanged);
    private final Map<String, WorkerPool> pools = new ConcurrentHashMap<>(); // those that hear of changed levels

    private final AtomicInteger foreignLoggers = new AtomicInteger(); // loggers that only workers have named

    private LogbackWorkerLogs(LoggerContext context, ClassLoader loader) {
        this.context = context;
        this.loader = loader;
        context.addListener(listener);
    }

    /**
     * Begins to listen for changes of levels.
     *
     * @param loader knows the types of the application's exceptions
     * @return null if Logback is not what logs here
     */
    public static @Nullable LogbackWorkerLogs create(ClassLoader loader) {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                ? new LogbackWorkerLogs(context, loader)
                : null;
    }

    @Override
    public PoolObserver observe(String pool) {
        return PoolObserver.NONE;
    }

    @Override
    public void bind(WorkerPool pool) {
        pools.put(pool.name(), pool);
    }

    @Override
    public void unbind(String pool) {
        pools.remove(pool);
    }

    /** Tells levels to the pools that exist. Levels may change at any time, also while the context is being made. */
    private void levelsChanged() {
        pools.values().forEach(WorkerPool::logLevelsChanged);
    }

    @Override
    public void publish(String pool, long pid, LogEvent event) {
        Logger logger = logger(event.logger());
        Level level = Level.toLevel(event.level(), Level.INFO);
        if (!logger.isEnabledFor(level)) {
            return; // its level has changed since
        }
        Throwable throwable = event.throwable().length == 0 ? null : ThrowableCodec.decode(event.throwable(), loader);
        LoggingEvent here =
                new LoggingEvent(LogbackWorkerLogs.class.getName(), logger, level, event.message(), throwable, null);
        here.setInstant(Instant.ofEpochMilli(event.epochMillis()));
        here.setThreadName(event.thread());
        Map<String, String> mdc = new HashMap<>(event.mdc());
        mdc.put("worker", Long.toString(pid));
        mdc.put("pool", pool);
        here.setMDCPropertyMap(mdc);
        logger.callAppenders(here);
    }

    /**
     * Returns the logger of a name. Loggers are never forgotten, so workers may name only so many that the
     * application does not have.
     */
    private Logger logger(String name) {
        Logger known = context.exists(name);
        if (known != null) {
            return known;
        }
        if (foreignLoggers.addAndGet(1 + depth(name)) > MOST_FOREIGN_LOGGERS) {
            return context.getLogger(OTHERS);
        }
        return context.getLogger(name);
    }

    /** Counts the loggers that a name stands for: each part of it is one. */
    private static int depth(String name) {
        return (int) name.chars().filter(character -> character == '.').count();
    }

    @Override
    public Map<String, String> levels() {
        Map<String, String> levels = new HashMap<>();
        for (Logger logger : context.getLoggerList()) {
            if (logger.getLevel() != null) {
                levels.put(logger.getName(), logger.getLevel().toString());
            }
        }
        return levels;
    }

    @Override
    public void close() {
        context.removeListener(listener);
    }

    /** Hears of changes of levels, such as those by the actuator's loggers endpoint. */
    private record LevelListener(Runnable changed) implements LoggerContextListener {

        @Override
        public boolean isResetResistant() {
            return true;
        }

        @Override
        public void onLevelChange(Logger logger, Level level) {
            changed.run();
        }

        @Override
        public void onStart(LoggerContext context) {}

        @Override
        public void onReset(LoggerContext context) {}

        @Override
        public void onStop(LoggerContext context) {}
    }
}
