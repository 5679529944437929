package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StrangersTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger(Strangers.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private long now;
    private final Strangers strangers = new Strangers(() -> now);

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(logged);
    }

    private List<String> warnings() {
        return logged.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void theFirstIsLoggedAtOnceAndTheOthersOnceAMinute() {
        for (int i = 0; i < 100; i++) {
            strangers.refused("10.0.0." + i, new IOException("it speaks something else"));
        }
        assertThat(warnings())
                .singleElement()
                .asString()
                .startsWith("A connection to this member was refused, from 10.0.0.0: it speaks something else.");

        now += TimeUnit.MINUTES.toNanos(1);
        strangers.refused("10.0.0.100", new IOException("it speaks something else"));

        assertThat(warnings()).hasSize(2);
        assertThat(warnings().get(1))
                .startsWith("100 connections to this member were refused, the last from 10.0.0.100");
    }
}
