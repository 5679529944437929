package io.github.inparallel.spring.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.github.inparallel.marshal.ThrowableCodec;
import io.github.inparallel.protocol.LogEvent;
import io.github.inparallel.protocol.WireLimit;
import java.util.function.Consumer;

/** Sends events to the application. Whoever logs waits until the event is on its way, so that a crash loses none. */
final class ForwardingAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final int LONGEST = WireLimit.LOG_MESSAGE.most() - 100; // with room for what is said of the rest
    private static final byte[] NONE = new byte[0];

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
                event.getThrowableProxy() instanceof ThrowableProxy proxy ? encoded(proxy.getThrowable()) : NONE));
    }

    /** Encodes a throwable. What it has to say is lost if it throws when it is asked about itself; the event is not. */
    private static byte[] encoded(Throwable throwable) {
        try {
            byte[] encoded = ThrowableCodec.encode(throwable);
            return encoded.length <= WireLimit.EXCEPTION.most() ? encoded : instead(throwable);
        } catch (Throwable e) {
            return instead(throwable);
        }
    }

    private static byte[] instead(Throwable throwable) {
        return ThrowableCodec.encode(new IllegalStateException(
                "An exception of type " + throwable.getClass().getName() + " that cannot be described"));
    }
}
