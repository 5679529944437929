package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskFailedException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever hangs on an exception, and whatever its own methods do: something arrives, and tells as much as it can. */
class ThrowableGraphTests {

    private static Throwable cross(Throwable failure) {
        return ThrowableCodec.decode(ThrowableCodec.encode(failure), ThrowableGraphTests.class.getClassLoader());
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable failure) throws E {
        throw (E) failure;
    }

    static final class OwnCause extends Exception {
        OwnCause() {
            super("round and round");
        }

        @Override
        public synchronized Throwable getCause() {
            return this;
        }
    }

    @Test
    void exceptionThatIsItsOwnCauseHasAStandInThatSaysSoAndShowsWhereItCameFrom() {
        OwnCause failure = new OwnCause();

        assertThat(cross(failure))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage(OwnCause.class.getName() + ": round and round")
                .hasNoCause()
                .satisfies(came -> {
                    assertThat(came.getStackTrace()[0].getMethodName())
                            .isEqualTo(failure.getStackTrace()[0].getMethodName());
                    assertThat(came.getSuppressed()).singleElement().asString().contains("it is its own cause");
                });
    }

    enum Fault {
        MESSAGE,
        LOCALIZED,
        CAUSE,
        STACK,
        TO_STRING,
        FILL,
        SET_STACK,
        INIT_CAUSE
    }

    /** Throws whatever is asked for from its own methods, there and here. */
    static final class Unruly extends Exception {
        static final ThreadLocal<@Nullable Supplier<Throwable>> THROWN = new ThreadLocal<>();
        final Fault fault;
        final String kept = "kept";

        Unruly(Fault fault) {
            super("unruly");
            this.fault = fault;
        }

        private void fail(Fault here) {
            Supplier<Throwable> thrown = THROWN.get();
            if (fault == here && thrown != null) {
                throw ThrowableGraphTests.<RuntimeException>sneaky(thrown.get());
            }
        }

        @Override
        public @Nullable String getMessage() {
            fail(Fault.MESSAGE);
            return super.getMessage();
        }

        @Override
        public @Nullable String getLocalizedMessage() {
            fail(Fault.LOCALIZED);
            return super.getLocalizedMessage();
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            fail(Fault.CAUSE);
            return super.getCause();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            fail(Fault.STACK);
            return super.getStackTrace();
        }

        @Override
        public String toString() {
            fail(Fault.TO_STRING);
            return super.toString();
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            if (THROWN.get() != null && FILLING.get()) {
                throw ThrowableGraphTests.<RuntimeException>sneaky(new IOException("no stack"));
            }
            return super.fillInStackTrace();
        }

        static final ThreadLocal<Boolean> FILLING = ThreadLocal.withInitial(() -> false);

        @Override
        public void setStackTrace(StackTraceElement[] stack) {
            fail(Fault.SET_STACK);
            super.setStackTrace(stack);
        }

        @Override
        public synchronized Throwable initCause(@Nullable Throwable cause) {
            fail(Fault.INIT_CAUSE);
            return super.initCause(cause);
        }
    }

    @ParameterizedTest
    @EnumSource
    void methodThatThrowsCostsOnlyWhatItTells(Fault fault) {
        List<Supplier<Throwable>> kinds = List.of(
                () -> new IllegalStateException("no"),
                () -> new IOException("sneaky"),
                () -> new Throwable("bare"),
                OutOfMemoryError::new,
                () -> endless(0),
                () -> new NoClassDefFoundError("x"));
        for (Supplier<Throwable> kind : kinds) {
            Unruly failure = new Unruly(fault);
            failure.initCause(new SQLException("cause", "08000"));
            failure.addSuppressed(new IOException("beside"));
            Unruly.THROWN.set(kind);
            Unruly.FILLING.set(fault == Fault.FILL);
            Throwable copy;
            try {
                copy = cross(failure);
            } finally {
                Unruly.THROWN.remove();
                Unruly.FILLING.remove();
            }

            boolean speechless = fault == Fault.MESSAGE || fault == Fault.TO_STRING || fault == Fault.LOCALIZED;
            assertThat(copy).isExactlyInstanceOf(speechless ? TaskFailedException.class : Unruly.class);
            assertThat(copy.getMessage()).contains(fault == Fault.MESSAGE ? Unruly.class.getName() : "unruly");
            if (copy instanceof Unruly unruly) {
                assertThat(unruly.kept).isEqualTo("kept");
            }
            assertThat(copy.getSuppressed()[fault == Fault.MESSAGE || speechless ? 1 : 0])
                    .hasMessage("beside");
            if (fault != Fault.CAUSE) {
                assertThat(copy.getCause())
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                cause -> assertThat(cause.getSQLState()).isEqualTo("08000"));
            }
        }
    }

    private static Throwable endless(int depth) {
        return depth < 0 ? new IOException() : endless(Math.abs(depth) + 1);
    }

    @Test
    void exceptionThatIsMuteThereOnlyKeepsItsClass() {
        Unruly failure = new Unruly(Fault.MESSAGE);
        Unruly.THROWN.set(IllegalStateException::new);
        byte[] bytes;
        try {
            bytes = ThrowableCodec.encode(failure);
        } finally {
            Unruly.THROWN.remove();
        }

        assertThat(ThrowableCodec.decode(bytes, ThrowableGraphTests.class.getClassLoader()))
                .isExactlyInstanceOf(Unruly.class)
                .satisfies(copy -> assertThat(copy.getSuppressed())
                        .singleElement()
                        .satisfies(
                                note -> assertThat(note).hasMessageContaining("its message (java.lang.IllegalState")));
    }

    @Test
    void mostGeneralThrowableIsDeliveredLikeAnyOther() {
        assertThat(cross(new Throwable("bare", new Throwable("below"))))
                .isExactlyInstanceOf(Throwable.class)
                .hasMessage("bare")
                .cause()
                .isExactlyInstanceOf(Throwable.class)
                .hasMessage("below");
    }

    @Test
    void causeThatHangsOnTwoArrivesOnBothAsOne() {
        IOException shared = new IOException("shared");
        Exception failure = new Exception("outer", shared);
        Exception beside = new IllegalStateException("beside", shared);
        failure.addSuppressed(beside);
        failure.addSuppressed(shared);

        Throwable copy = cross(failure);

        assertThat(copy.getCause()).isExactlyInstanceOf(IOException.class).hasMessage("shared");
        assertThat(copy.getSuppressed()[0].getCause()).isSameAs(copy.getCause());
        assertThat(copy.getSuppressed()[1]).isSameAs(copy.getCause());
    }

    @Test
    void circlesArriveAsCircles() {
        Exception a = new Exception("a");
        Exception b = new Exception("b", a);
        a.initCause(b);
        b.addSuppressed(a);

        Throwable copy = cross(a);

        assertThat(copy.getCause())
                .hasMessage("b")
                .satisfies(cause -> assertThat(cause.getSuppressed()).containsExactly(copy))
                .cause()
                .isSameAs(copy);
    }

    static final class Bottomless extends Exception {
        @Override
        public synchronized Throwable getCause() {
            return new Bottomless();
        }
    }

    @Test
    void tooManyAreCut() {
        Throwable chain = new IOException("deepest");
        for (int i = 0; i < 10_000; i++) {
            chain = new Exception("link " + i, chain);
        }
        Exception wide = new Exception("wide");
        for (int i = 0; i < 1000; i++) {
            wide.addSuppressed(new IOException("beside " + i));
        }

        assertThat(cross(new Bottomless())).isExactlyInstanceOf(Bottomless.class);
        int depth = 0;
        for (Throwable each = cross(chain); each != null; each = each.getCause()) {
            depth++;
        }
        assertThat(depth).isEqualTo(ThrowableWriter.MOST);
        Throwable[] suppressed = cross(wide).getSuppressed();
        assertThat(suppressed).hasSize(ThrowableWriter.MOST_SUPPRESSED + 1);
        assertThat(suppressed[ThrowableWriter.MOST_SUPPRESSED]).hasMessageContaining("936 suppressed exceptions");
    }

    @Test
    void hugeMessagesAreCutAndTheWholeStaysBelowWhatAFrameHolds() {
        String pair = "\uD83D\uDE00";
        Throwable failure = new Exception("x" + pair.repeat(1 << 20));
        for (int i = 0; i < 60; i++) {
            failure = new Exception(pair.repeat(1 << 19), failure);
        }

        byte[] bytes = ThrowableCodec.encode(failure);
        assertThat(bytes.length).isLessThan(16 << 20);
        assertThat(ThrowableCodec.decode(bytes, ThrowableGraphTests.class.getClassLoader())
                        .getMessage())
                .hasSize(1 << 20);
        assertThat(cross(new Exception("x" + pair.repeat(1 << 20))).getMessage())
                .hasSize((1 << 20) - 1)
                .endsWith(pair);
    }

    @Test
    void halfPairsAndFramesWithoutNamesArrive() {
        Exception failure = new Exception("half \uD83D");
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("a.B", "c", null, -2)});

        Throwable copy = cross(failure);

        assertThat(copy).hasMessage("half \uD83D");
        assertThat(copy.getStackTrace()).containsExactly(new StackTraceElement("a.B", "c", null, -2));
    }

    @Test
    void stackWithNullsArrivesWithoutThem() {
        class Holey extends Exception {
            @Override
            public StackTraceElement[] getStackTrace() {
                StackTraceElement[] stack = Arrays.copyOf(super.getStackTrace(), 3);
                stack[1] = null;
                return stack;
            }
        }
        class Stackless extends Exception {
            @Override
            @SuppressWarnings("NullAway")
            public StackTraceElement[] getStackTrace() {
                return null;
            }
        }

        assertThat(cross(new Holey())).isExactlyInstanceOf(Holey.class);
        assertThat(cross(new Stackless())).isExactlyInstanceOf(Stackless.class);
    }

    @Test
    void namesThatDoNotExistAreLookedUpForAWhileOnly() {
        ClassLoader loader = new ClassLoader(ThrowableGraphTests.class.getClassLoader()) {};
        for (int i = 0; i < NamedTypes.MOST_UNKNOWN + 10; i++) {
            assertThat(NamedTypes.find("no.such.Exception" + i, loader)).isNull();
        }

        assertThat(NamedTypes.unknown(loader)).isEqualTo(NamedTypes.MOST_UNKNOWN);
        assertThat(NamedTypes.find("java.util.zip.ZipException", loader)).isNotNull();
        for (String name : List.of("", ".a", "a.", "a..b", "../a", "[I", "a/b", "La;", "a b", "x".repeat(513))) {
            assertThat(NamedTypes.find(name, loader)).isNull();
        }
    }

    @Test
    void randomGraphsArriveAsTheyWere() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            Throwable failure = graph(random);
            assertThat(describe(cross(failure)))
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(describe(failure));
        }
    }

    static final class Linked extends RuntimeException {
        private @Nullable Throwable link;
        private List<Throwable> links = new ArrayList<>();
        private final long number;
        private final Duration duration = Duration.ofMillis(7);

        Linked(long number) {
            super("linked");
            this.number = number;
        }

        @Override
        public String getMessage() {
            return super.getMessage() + " " + number;
        }
    }

    private static Throwable graph(Random random) {
        List<Function<String, Throwable>> kinds = List.of(
                IOException::new,
                text -> new SQLException(text, text + "!", text.length()),
                text -> new Linked(text.hashCode()),
                text -> new ExecutionException(text, null),
                AssertionError::new,
                Throwable::new);
        List<Throwable> all = new ArrayList<>();
        for (int i = random.nextInt(12) + 1; i > 0; i--) {
            all.add(kinds.get(random.nextInt(kinds.size())).apply("text " + i));
        }
        StackTraceElement[] stack = {new StackTraceElement("some.Class", "method", "Class.java", 7)};
        all.forEach(each -> each.setStackTrace(stack));
        for (int i = random.nextInt(20); i > 0; i--) {
            Throwable from = all.get(random.nextInt(all.size()));
            Throwable to = all.get(random.nextInt(all.size()));
            try {
                int how = random.nextInt(4);
                if (how == 0) {
                    from.initCause(to);
                } else if (how == 1) {
                    from.addSuppressed(to);
                } else if (from instanceof Linked linked && how == 2) {
                    linked.link = to;
                } else if (from instanceof Linked linked) {
                    linked.links.add(to);
                }
            } catch (IllegalStateException | IllegalArgumentException e) {
                // it has one, or is one
            }
        }
        return all.get(0);
    }

    private static String describe(Throwable failure) {
        StringBuilder text = new StringBuilder();
        describe(failure, Collections.synchronizedMap(new IdentityHashMap<>()), text);
        return text.toString();
    }

    private static void describe(@Nullable Throwable failure, Map<Throwable, Integer> seen, StringBuilder text) {
        if (failure == null || seen.containsKey(failure)) {
            text.append(failure == null ? "-" : "#" + seen.get(failure)).append(' ');
            return;
        }
        seen.put(failure, seen.size());
        text.append(failure.getClass().getSimpleName())
                .append('[')
                .append(failure.getMessage())
                .append(' ');
        describe(failure.getCause(), seen, text);
        for (Throwable each : failure.getSuppressed()) {
            describe(each, seen, text);
        }
        if (failure instanceof SQLException sql) {
            text.append(sql.getSQLState()).append(sql.getErrorCode());
        }
        if (failure instanceof Linked linked) {
            text.append(linked.duration);
            describe(linked.link, seen, text);
            linked.links.forEach(each -> describe(each, seen, text));
        }
        text.append("] ");
    }

    @Test
    void mutatedBytesGiveAnExceptionOrAreRefused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int read = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] bytes = ThrowableCodec.encode(graph(random));
            for (int i = random.nextInt(4) + 1; i > 0; i--) {
                int at = random.nextInt(bytes.length);
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] + 1 - random.nextInt(3));
            }
            if (random.nextInt(4) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
            }
            try {
                assertThat(ThrowableCodec.decode(bytes, ThrowableGraphTests.class.getClassLoader()))
                        .isNotNull();
                read++;
            } catch (MarshallingException refused) {
                // as it should
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertThat(read).isBetween(1, 3_999);
    }

    @Test
    void numbersThatNothingHasAreRefusedOrLeftOut() {
        assertThatThrownBy(() -> ThrowableCodec.decode(new byte[0], ThrowableGraphTests.class.getClassLoader()))
                .isInstanceOf(MarshallingException.class);
        assertThatThrownBy(() -> ThrowableCodec.decode(
                        new byte[] {(byte) ThrowableCodec.MARK}, ThrowableGraphTests.class.getClassLoader()))
                .isInstanceOf(MarshallingException.class);
    }
}
