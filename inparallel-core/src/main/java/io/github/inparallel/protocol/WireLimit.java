package io.github.inparallel.protocol;

/**
 * How much a worker may say of each thing: a worker runs code that may be somebody else's, and the application reads what
 * it says. Who reads more ends the connection with a {@link ProtocolException}, and the worker ends as {@code BROKEN}.
 * What people read is cut where it is written, so that no honest worker meets its limit: those are marked so.
 *
 * <p>A frame's own length is limited before any of it is read: to {@link #HELLO} until a connection has said who it is,
 * then to {@link #MESSAGE}, on data connections beside {@code max-payload}.
 */
public enum WireLimit {
    /** Bytes of a payload from somebody who has not said who it is. */
    HELLO(1_024, Unit.BYTES),
    /** Bytes of a payload beside the values of tasks. */
    MESSAGE(16 << 20, Unit.BYTES),
    /** Bytes of a described exception; a longer description is replaced by a short one. */
    EXCEPTION(8 << 20, Unit.BYTES),
    /** A connection's secret. */
    SECRET(256, Unit.CHARACTERS),
    /** What a task says of its progress; cut. */
    PROGRESS_MESSAGE(4_096, Unit.CHARACTERS),
    /** Frames of a stack; cut. */
    STACK_FRAMES(1_024, Unit.COUNT),
    /** The name of a class, method or file in a stack; cut. */
    STACK_NAME(1_024, Unit.CHARACTERS),
    /** The threads of a worker; cut. */
    THREAD_DUMP(4 << 20, Unit.CHARACTERS),
    /** The name of a log event's level; cut. */
    LOG_LEVEL(16, Unit.CHARACTERS),
    /** The name of a logger; cut. */
    LOGGER_NAME(512, Unit.CHARACTERS),
    /** The name of the thread that logged; cut. */
    LOG_THREAD(512, Unit.CHARACTERS),
    /** The text of a log event; cut. */
    LOG_MESSAGE(1 << 20, Unit.CHARACTERS),
    /** Entries of a diagnostic context; cut. */
    LOG_CONTEXT(256, Unit.COUNT),
    /** A key of a diagnostic context; cut. */
    LOG_CONTEXT_KEY(512, Unit.CHARACTERS),
    /** A value of a diagnostic context; cut. */
    LOG_CONTEXT_VALUE(64 << 10, Unit.CHARACTERS),
    /** Lines of each list in what a worker reports of its start; cut. */
    REPORT_LINES(10_000, Unit.COUNT),
    /** One of these lines; cut. */
    REPORT_LINE(4_096, Unit.CHARACTERS),
    /** Classes of a heap, the largest first; cut. */
    HEAP_CLASSES(50, Unit.COUNT),
    /** The name of one; cut. */
    HEAP_CLASS_NAME(1_024, Unit.CHARACTERS),
    /** Why a heap could not be counted; cut. */
    HEAP_FAILURE(4_096, Unit.CHARACTERS),
    /** Bytes of what a bootstrap tells the application at once. */
    TOLD(1 << 20, Unit.BYTES);

    /** What is counted. */
    enum Unit {
        BYTES,
        CHARACTERS,
        COUNT
    }

    private static final int BYTES_PER_CHARACTER = 3; // of UTF-8, for each of Java's

    private final int most;
    private final Unit unit;

    WireLimit(int most, Unit unit) {
        this.most = most;
        this.unit = unit;
    }

    public int most() {
        return most;
    }

    /** At most so many characters of the text, and no half of one. */
    public String cut(String text) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    /**
     * @return the same
     * @throws ProtocolException if so many bytes, or so many of them, are not allowed
     */
    public int checked(int count) throws ProtocolException {
        long allowed = unit == Unit.CHARACTERS ? (long) BYTES_PER_CHARACTER * most : most;
        if (count < 0 || count > allowed) {
            throw new ProtocolException(name() + " of " + count + " (expected: at most " + allowed + ")");
        }
        return count;
    }
}
