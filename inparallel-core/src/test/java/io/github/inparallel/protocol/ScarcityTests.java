package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScarcityTests {

    @Test
    void isFoundBehindCausesAndSuppressedExceptions() {
        Exception outer = new Exception("outer");
        outer.addSuppressed(new CompletionException(new OutOfMemoryError("unable to create native thread: x")));

        assertThat(Scarcity.behind(outer)).isEqualTo(Scarcity.THREADS);
        assertThat(Scarcity.behind(new Exception("unable to create native thread")))
                .isNull();
        assertThat(Scarcity.behind(new OutOfMemoryError())).isEqualTo(Scarcity.OTHER);
    }

    @Test
    void exceptionsThatThrowAreDueToNothing() {
        assertThat(Scarcity.behind(new Exception() {
                    @Override
                    public synchronized Throwable getCause() {
                        throw new IllegalStateException("for the test");
                    }
                }))
                .isNull();
    }

    @Test
    void exceptionsInACircleHaveAnEnd() {
        Exception one = new Exception("one");
        Exception other = new Exception("other", one);
        one.initCause(other);

        assertThat(Scarcity.behind(one)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "Java heap space, HEAP",
        "GC overhead limit exceeded, HEAP",
        "Metaspace, CLASSES",
        "Compressed class space, CLASSES",
        "Cannot reserve 9 bytes of direct buffer memory (allocated: 1), DIRECT_MEMORY",
        "unable to create native thread: possibly out of memory, THREADS",
        "Requested array size exceeds VM limit, OTHER",
        "'', OTHER"
    })
    void messageOfTheErrorTellsWhatIsScarce(String message, Scarcity scarcity) {
        assertThat(Scarcity.of(message)).isEqualTo(scarcity);
        assertThat(Scarcity.behind(new IllegalStateException(new OutOfMemoryError(message))))
                .isEqualTo(scarcity);
    }

    @Test
    void aHundredExceptionsAreLookedAt() {
        assertThat(Scarcity.behind(wrapped(99))).isEqualTo(Scarcity.HEAP);
        assertThat(Scarcity.behind(wrapped(100))).isNull();
    }

    private static Throwable wrapped(int times) {
        Throwable wrapped = new OutOfMemoryError("Java heap space");
        for (int i = 0; i < times; i++) {
            wrapped = new IllegalStateException(wrapped);
        }
        return wrapped;
    }

    @Test
    void looksSoOnTheWire() {
        Frame frame = Scarcity.THREADS.toFrame(7);

        assertThat(frame.type()).isEqualTo(FrameType.EXHAUSTED);
        assertThat(frame.taskId()).isEqualTo(7);
        assertThat(frame.payload()).containsExactly(3);
    }

    @ParameterizedTest
    @EnumSource
    void crosses(Scarcity each) throws ProtocolException {
        assertThat(Scarcity.of(each.toFrame(7))).isEqualTo(each);
    }

    @Test
    void whatIsNoneBreaksTheProtocol() {
        for (byte[] payload : new byte[][] {{}, {5}, {-1}, {0, 0}}) {
            assertThatThrownBy(() -> Scarcity.of(new Frame(FrameType.EXHAUSTED, 1, payload)))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessage("malformed EXHAUSTED");
        }
    }
}
