package io.github.inparallel.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** What belongs to the whole JVM is put back, and who changed it is named once. */
@Isolated
class ProcessDefaultsTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger(ProcessDefaults.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final Locale locale = Locale.getDefault();
    private final Locale format = Locale.getDefault(Locale.Category.FORMAT);
    private final TimeZone zone = TimeZone.getDefault();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final InputStream in = System.in;

    @BeforeEach
    void listen() {
        said.start();
        logger.addAppender(said);
        logger.setAdditive(false);
    }

    @AfterEach
    void restore() {
        logger.setAdditive(true);
        logger.detachAppender(said);
        Locale.setDefault(locale);
        TimeZone.setDefault(zone);
        System.setOut(out);
        System.setErr(err);
        System.setIn(in);
    }

    private static void change() {
        System.setOut(new PrintStream(new ByteArrayOutputStream()));
        System.setErr(new PrintStream(new ByteArrayOutputStream()));
        System.setIn(new ByteArrayInputStream(new byte[0]));
        Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag("sw-KE"));
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
    }

    private void assertIsAsBefore() {
        assertThat(System.out).isSameAs(out);
        assertThat(System.err).isSameAs(err);
        assertThat(System.in).isSameAs(in);
        assertThat(Locale.getDefault()).isEqualTo(locale);
        assertThat(Locale.getDefault(Locale.Category.FORMAT)).isEqualTo(format);
        assertThat(TimeZone.getDefault()).isEqualTo(zone);
    }

    @Test
    void whatATaskChangedIsPutBackAndSaidOnce() {
        ProcessDefaults defaults = new ProcessDefaults(true);
        for (int i = 0; i < 2; i++) {
            change();
            defaults.putBack("Ocr.read");
            assertIsAsBefore();
        }
        assertThat(said.list)
                .hasSize(5)
                .allMatch(event -> event.getFormattedMessage().startsWith("Ocr.read, or what it started, changed "));
        assertThat(said.list.stream().map(ILoggingEvent::getFormattedMessage))
                .anyMatch(text -> text.contains("System.out"))
                .anyMatch(text -> text.contains("locale"))
                .anyMatch(text -> text.contains("time zone (to Asia/Kathmandu"));
        change();
        defaults.putBack("Ocr.write");
        assertIsAsBefore();
        assertThat(said.list).hasSize(10);
    }

    @Test
    void whatNobodyChangedIsNotSpokenOf() {
        for (boolean application : List.of(true, false)) {
            ProcessDefaults defaults = new ProcessDefaults(application);
            defaults.putBack("Ocr.read");
            defaults.putBack("Ocr.read");
            assertIsAsBefore();
        }
        assertThat(said.list).isEmpty();
    }

    @Test
    void whereNoApplicationRanTheZoneIsTheSystems() {
        ProcessDefaults defaults = new ProcessDefaults(false);
        change();
        defaults.putBack("Ocr.read");
        assertIsAsBefore();
        assertThat(said.list).hasSize(5);
    }

    @Test
    void whatTheApplicationHasSetStays() {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
        ProcessDefaults defaults = new ProcessDefaults(true);
        defaults.putBack("Ocr.read");
        assertThat(TimeZone.getDefault().getID()).isEqualTo("Asia/Kathmandu");
        assertThat(said.list).isEmpty();
    }
}
