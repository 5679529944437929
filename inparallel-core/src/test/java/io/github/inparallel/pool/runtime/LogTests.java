package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogTests {

    private static final String NAME = "inparallel.test.log";

    private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Log log = Log.of(NAME);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        events.start();
        logger.addAppender(events);
    }

    @AfterEach
    void stop() {
        logger.detachAndStopAllAppenders();
    }

    @Test
    void eachLevelIsItsOwn() {
        log.trace("{}", 1);
        log.debug("{}", 2);
        log.info("{} and {}", 3, null);
        log.warn("none");
        log.error("{}", "text");

        assertThat(events.list)
                .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        tuple(Level.TRACE, "1"),
                        tuple(Level.DEBUG, "2"),
                        tuple(Level.INFO, "3 and null"),
                        tuple(Level.WARN, "none"),
                        tuple(Level.ERROR, "text"));
    }

    @Test
    void lastValueMayBeAThrowable() {
        log.warn("{} failed", "it", new IllegalStateException("why"));

        ILoggingEvent event = events.list.get(0);
        assertThat(event.getFormattedMessage()).isEqualTo("it failed");
        assertThat(event.getThrowableProxy().getMessage()).isEqualTo("why");
    }

    @Test
    void loggerOfAClassHasItsName() {
        Log.of(LogTests.class).warn("hidden from {}", NAME);
        assertThat(events.list).isEmpty();
    }

    @Test
    void appenderThatFailsCostsTheLineAndNothingElse() {
        AppenderBase<ILoggingEvent> failing = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {}

            @Override
            public synchronized void doAppend(ILoggingEvent event) {
                throw new OutOfMemoryError("planned");
            }
        };
        logger.detachAppender(events);
        logger.addAppender(failing);
        assertThatCode(() -> log.error("lost")).doesNotThrowAnyException();
        logger.detachAppender(failing);
        logger.addAppender(events);
        log.info("heard");
        assertThat(events.list).extracting(ILoggingEvent::getMessage).containsExactly("heard");
    }

    @Test
    void valueThatDoesNotSayItselfCostsNothing() {
        Object mute = new Object() {
            @Override
            public String toString() {
                throw new StackOverflowError("planned");
            }
        };
        assertThatCode(() -> log.info("{}", mute)).doesNotThrowAnyException();
    }
}
