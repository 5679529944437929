package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RootCauseTests {

    private static final class Mute extends RuntimeException {

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("for the test");
        }

        @Override
        public String getMessage() {
            throw new IllegalStateException("for the test");
        }
    }

    @Test
    void isTheInnermostOneOrTheExceptionItself() {
        Exception root = new Exception("root");

        assertThat(RootCause.of(new Exception(new Exception(root)))).isSameAs(root);
        assertThat(RootCause.of(root)).isSameAs(root);
    }

    @Test
    void causesThatGoInCirclesComeToAnEnd() {
        Exception one = new Exception("one");
        Exception other = new Exception("other", one);
        one.initCause(other);

        assertThat(RootCause.of(one)).isSameAs(other);
        assertThat(RootCause.of(new Exception("outside", one))).isIn(one, other);
    }

    @Test
    void exceptionThatThrowsIsTheLastThatIsKnown() {
        Mute mute = new Mute();

        assertThat(RootCause.of(new Exception(mute.getClass().getName(), mute))).isSameAs(mute);
        assertThat(RootCause.text(mute)).isEqualTo(Mute.class.getName());
        assertThat(RootCause.text(new Exception("a word"))).isEqualTo("java.lang.Exception: a word");
    }
}
