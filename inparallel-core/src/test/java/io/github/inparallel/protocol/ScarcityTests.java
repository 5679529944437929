package io.github.inparallel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    @EnumSource
    void crosses(Scarcity each) throws ProtocolException {
        assertThat(Scarcity.of(each.toFrame(7))).isEqualTo(each);
    }

    @Test
    void whatIsNoneBreaksTheProtocol() {
        for (byte[] payload : new byte[][] {{}, {5}, {-1}, {0, 0}}) {
            assertThatThrownBy(() -> Scarcity.of(new Frame(FrameType.EXHAUSTED, 1, payload)))
                    .isInstanceOf(ProtocolException.class);
        }
    }
}
