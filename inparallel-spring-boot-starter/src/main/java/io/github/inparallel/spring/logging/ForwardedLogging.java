package io.github.inparallel.spring.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.github.inparallel.protocol.LogEvent;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.ClassUtils;

/**
 * Logging of a worker. It has one appender, which sends events to the application, whatever the application's
 * configuration says, so that two processes never write one file. Levels are the application's.
 */
public final class ForwardedLogging {

    private static final String BRIDGE = "org.slf4j.bridge.SLF4JBridgeHandler";

    private final LoggerContext context;

    private ForwardedLogging(LoggerContext context) {
        this.context = context;
    }

    /**
     * Replaces all appenders by one that sends events to the application.
     *
     * @return null if Logback is not what logs here
     */
    public static @Nullable ForwardedLogging install(Consumer<LogEvent> parent) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return null;
        }
        context.reset();
        // As after the first of several applications in one process: Spring Boot then leaves the configuration alone.
        context.putObject(LoggingSystem.class.getName(), new Object());
        ForwardingAppender appender = new ForwardingAppender(parent);
        appender.setContext(context);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        if (ClassUtils.isPresent(BRIDGE, null)) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        return new ForwardedLogging(context);
    }

    /** Sets the levels of all loggers: those that are not there have none of their own. */
    public void levels(Map<String, String> levels) {
        for (Logger logger : context.getLoggerList()) {
            if (!levels.containsKey(logger.getName()) && logger.getLevel() != null && !isRoot(logger)) {
                logger.setLevel(null);
            }
        }
        levels.forEach((name, level) -> context.getLogger(name).setLevel(Level.toLevel(level, Level.INFO)));
    }

    private static boolean isRoot(Logger logger) {
        return logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
