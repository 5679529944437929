package io.github.inparallel.spring.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.LogEvent;
import java.util.function.Consumer;

/** Sends events to the application. Whoever logs waits until the event is on its way, so that a crash loses none. */
final class ForwardingAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final int LONGEST = 1 << 20;

    private final Consumer<LogEvent> parent;

    ForwardingAppender(Consumer<LogEvent> parent) {
        this.parent = parent;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        String text = message == null ? "null" : message;
        parent.accept(new LogEvent(
                event.getTimeStamp(),
                event.getLevel().toString(),
                event.getLoggerName(),
                event.getThreadName(),
                text.length() > LONGEST ? text.substring(0, LONGEST) + "… (" + text.length() + " characters)" : text,
                event.getMDCPropertyMap(),
                event.getThrowableProxy() instanceof ThrowableProxy proxy
                        ? ThrowableCodec.encode(proxy.getThrowable())
                        : new byte[0]));
    }
}
