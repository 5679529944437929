package io.github.inparallel.spring.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.github.inparallel.protocol.LogEvent;
import io.github.inparallel.protocol.WireLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Log events of workers that are odd, or lie. */
class WorkerLogEventsTests {

    private final List<LogEvent> forwarded = new ArrayList<>();
    private final ForwardingAppender appender = new ForwardingAppender(forwarded::add);
    private final LoggerContext context = new LoggerContext();

    private LogEvent sent(String message, @Nullable Throwable failure) throws IOException {
        Logger logger = context.getLogger("com.example.Odd");
        LoggingEvent event = new LoggingEvent("", logger, Level.WARN, message, failure, null);
        Map<String, String> mdc = new HashMap<>();
        mdc.put("nothing", null);
        mdc.put("something", "x");
        event.setMDCPropertyMap(mdc);
        appender.append(event);
        return LogEvent.of(forwarded.remove(0).toFrame());
    }

    /** Throws when it is asked about itself. */
    private static final class Unspeakable extends Exception {
        @Override
        public StackTraceElement[] getStackTrace() {
            return new StackTraceElement[] {null};
        }
    }

    @Test
    void nullsInAContextLoseNoEvent() throws IOException {
        assertThat(sent("text", null).mdc()).containsExactly(Map.entry("something", "x"));
    }

    @Test
    void anExceptionThatCannotBeDescribedLosesNoEvent() throws IOException {
        LogEvent event = sent("text", new Unspeakable());
        assertThat(event.message()).isEqualTo("text");
        assertThat(event.throwable()).isNotEmpty();
    }

    @Test
    void aTextWithoutEndIsCutAndSaysSo() throws IOException {
        String message = sent("x".repeat(3 << 20), null).message();
        assertThat(message).endsWith("(3145728 characters)").hasSizeLessThanOrEqualTo(WireLimit.LOG_MESSAGE.most());
    }

    @Test
    void namesWithoutEndMakeNoLoggersWithoutEnd() {
        LoggerContext here = (LoggerContext) LoggerFactory.getILoggerFactory();
        here.getLogger("inparallel.test.strange").setLevel(Level.OFF);
        int before = here.getLoggerList().size();
        try (LogbackWorkerLogs logs =
                Objects.requireNonNull(LogbackWorkerLogs.create(getClass().getClassLoader()))) {
            here.getLogger("inparallel.worker.others").setLevel(Level.OFF);
            for (int i = 0; i < 15_000; i++) {
                logs.publish(
                        "pool",
                        1,
                        new LogEvent(1, "INFO", "inparallel.test.strange." + i, "main", "x", Map.of(), new byte[0]));
            }
        }
        assertThat(here.getLoggerList().size() - before).isLessThan(21_000);
    }
}
