package io.github.inparallel.pool.runtime;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A logger that never throws. Supervision logs in the middle of what must not stop halfway: an appender of the
 * application's that fails, or a heap without room for one more line, costs the line and nothing else. The last value
 * may be a throwable, as with SLF4J.
 */
public final class Log {

    private final Logger target;

    private Log(Logger target) {
        this.target = target;
    }

    /** Returns the logger with the name of this class. */
    public static Log of(Class<?> owner) {
        return new Log(LoggerFactory.getLogger(owner));
    }

    /** Returns the logger with this name. */
    public static Log of(String name) {
        return new Log(LoggerFactory.getLogger(name));
    }

    public void trace(String format, @Nullable Object... values) {
        log(Level.TRACE, format, values);
    }

    public void debug(String format, @Nullable Object... values) {
        log(Level.DEBUG, format, values);
    }

    public void info(String format, @Nullable Object... values) {
        log(Level.INFO, format, values);
    }

    public void warn(String format, @Nullable Object... values) {
        log(Level.WARN, format, values);
    }

    public void error(String format, @Nullable Object... values) {
        log(Level.ERROR, format, values);
    }

    private void log(Level level, String format, @Nullable Object[] values) {
        try {
            switch (level) {
                case TRACE -> target.trace(format, values);
                case DEBUG -> target.debug(format, values);
                case INFO -> target.info(format, values);
                case WARN -> target.warn(format, values);
                case ERROR -> target.error(format, values);
            }
        } catch (Throwable e) {
            // There is nowhere left to say it.
        }
    }
}
