package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.TaskFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Exceptions arrive as themselves, or as a stand-in; never not at all. */
class ThrowableCodecTests {

    static final class Demanding extends RuntimeException {
        Demanding(int a) {
            super("demands " + a);
        }
    }

    static final class Changing extends RuntimeException {
        private final transient String more;

        Changing(String more) {
            this.more = more;
        }

        @Override
        public String getMessage() {
            return "changing " + more;
        }
    }

    static final class Wrapping extends Exception {
        private final int code;

        Wrapping(String message, int code) {
            super(message);
            this.code = code;
        }

        @Override
        public String getMessage() {
            return "<" + code + ": " + super.getMessage() + ">";
        }
    }

    static final class Locked extends RuntimeException {
        private final Supplier<String> more; // which does not cross

        Locked(String more) {
            this.more = () -> more;
        }

        @Override
        public String getMessage() {
            return "locked " + (more == null ? "" : more.get());
        }
    }

    private static Throwable cross(Throwable failure) {
        return ThrowableCodec.decode(ThrowableCodec.encode(failure), ThrowableCodecTests.class.getClassLoader());
    }

    @Test
    void typeMessageStackCauseAndSuppressedCross() {
        IOException failure = new IOException("outer", new IllegalStateException("inner"));
        failure.addSuppressed(new SQLException("beside"));

        Throwable copy = cross(failure);

        assertThat(copy)
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("outer")
                .isNotSameAs(failure);
        assertThat(copy.getStackTrace())
                .usingElementComparator(Comparator.comparing(StackTraceElement::getClassName)
                        .thenComparing(StackTraceElement::getMethodName)
                        .thenComparing(StackTraceElement::getLineNumber))
                .isEqualTo(failure.getStackTrace());
        assertThat(copy.getCause())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("inner");
        assertThat(copy.getSuppressed()).singleElement().isExactlyInstanceOf(SQLException.class);
    }

    @Test
    void exceptionWithoutMessageOrCauseCrosses() {
        assertThat(cross(new NullPointerException()))
                .isExactlyInstanceOf(NullPointerException.class)
                .hasMessage(null)
                .hasNoCause();
    }

    @Test
    void demandingConstructorIsNotRun() {
        assertThat(cross(new Demanding(3))).isExactlyInstanceOf(Demanding.class).hasMessage("demands 3");
        assertThat(cross(new UncheckedIOException("u", new IOException("v"))))
                .isExactlyInstanceOf(UncheckedIOException.class)
                .cause()
                .hasMessage("v");
    }

    @Test
    void messageOfItsOwnIsMadeOfItsFields() {
        assertThat(cross(new Changing("x"))).isExactlyInstanceOf(Changing.class).hasMessage("changing x");
        assertThat(cross(new Wrapping("x", 7)))
                .isExactlyInstanceOf(Wrapping.class)
                .hasMessage("<7: x>");
    }

    @Test
    void messageThatWouldDifferGivesAStandIn() {
        assertThat(cross(new Locked("x")))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        standIn -> assertThat(standIn.originalType()).isEqualTo(Locked.class.getName()))
                .hasMessage(Locked.class.getName() + ": locked x");
    }

    @Test
    void typeThatIsUnknownHereGivesAStandIn() {
        byte[] bytes = ThrowableCodec.encode(new Demanding(4));

        assertThat(ThrowableCodec.decode(bytes, ClassLoader.getPlatformClassLoader()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage(Demanding.class.getName() + ": demands 4");
    }

    @Test
    void exceptionThatCannotBeDescribedHasAStandInThatSaysSo() { // B9
        class Mute extends RuntimeException {
            @Override
            public String getMessage() {
                throw new IllegalStateException("no message");
            }

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("no cause");
            }
        }

        assertThat(cross(new Mute()))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        failure -> assertThat(failure.originalType()).endsWith("Mute"))
                .hasMessageContaining("its message is not known");
    }

    @Test
    void circleOfCausesEnds() {
        IllegalStateException a = new IllegalStateException("a");
        IllegalStateException b = new IllegalStateException("b", a);
        a.initCause(b);

        Throwable copy = cross(a);

        assertThat(copy).hasMessage("a");
        assertThat(copy.getCause()).hasMessage("b");
    }

    @Test
    void errorsCrossToo() {
        assertThat(cross(new StackOverflowError())).isExactlyInstanceOf(StackOverflowError.class);
    }
}
