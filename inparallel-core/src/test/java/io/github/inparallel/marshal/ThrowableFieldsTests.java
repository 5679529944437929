package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.BatchUpdateException;
import java.sql.DataTruncation;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.text.ParseException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.SAXParseException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.json.JsonMapper;

/** What exceptions carry besides their message arrives with them. */
@SuppressWarnings({"IdentityHashMapUsage", "JdkObsolete"}) // old classes cross too
class ThrowableFieldsTests {

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T cross(T failure) {
        Throwable copy =
                ThrowableCodec.decode(ThrowableCodec.encode(failure), ThrowableFieldsTests.class.getClassLoader());
        assertThat(copy).isExactlyInstanceOf(failure.getClass()).hasMessage(failure.getMessage());
        return (T) copy;
    }

    record Line(String article, int amount) {}

    static class Coded extends RuntimeException {
        private final int code;

        Coded(int code) {
            super("failed");
            this.code = code;
        }
    }

    static final class Rich extends Coded {
        final boolean yes = true;
        final char letter = 'x';
        final double zero = -0.0;
        final @Nullable Long none = null;
        final Object any = 7L;
        final Number number = new BigDecimal("1.50");
        final TimeUnit unit = TimeUnit.DAYS;
        final Class<?> type = int[].class;
        final Class<?> primitive = long.class;
        final List<String> names = List.of("a", "b");
        final List<@Nullable Integer> numbers = new ArrayList<>(Arrays.asList(1, null));
        final Map<String, List<Long>> lists = new LinkedHashMap<>(Map.of("a", List.of(1L)));
        final Set<Class<?>> types = Set.of(String.class);
        final Object[] arguments = {"x", 1, null, new int[] {1, 2}, new String[][] {{"y"}}};
        final long[][] matrix = {{1}, {2, 3}};
        final transient String passing = "passing";
        final Instant instant = Instant.parse("2026-01-01T00:00:00.000000001Z");
        final LocalDate date = LocalDate.of(2026, 1, 2);
        final Line line = new Line("apple", 3);
        final List<Line> more = List.of(new Line("pear", 1));
        final Throwable other;
        final List<Throwable> others;
        private final int code = 99; // as its superclass has one

        Rich(Throwable other) {
            super(42);
            this.other = other;
            this.others = List.of(other, this);
            initCause(other);
        }
    }

    @Test
    void fieldsOfAllKindsArriveAndExceptionsInThemAreTheSameAsTheCause() {
        Rich sent = new Rich(new IOException("other"));

        Rich copy = cross(sent);

        assertThat(copy)
                .usingRecursiveComparison()
                .ignoringFields("other", "others", "cause", "stackTrace", "suppressedExceptions", "detailMessage")
                .ignoringFieldsMatchingRegexes(".*backtrace.*", ".*depth.*")
                .isEqualTo(sent);
        assertThat(copy.getSuppressed()).isEmpty();
        assertThat(((Coded) copy).code).isEqualTo(42);
        assertThat(copy.code).isEqualTo(99);
        assertThat(copy.any).isEqualTo(7L);
        assertThat(Arrays.deepEquals(copy.arguments, sent.arguments)).isTrue();
        assertThat(copy.getCause()).isSameAs(copy.other);
        assertThat(copy.others).containsExactly(copy.other, copy);
    }

    static final class Holding extends Exception {
        final ReentrantLock lock = new ReentrantLock();
        final Runnable action = () -> {};
        final String text = "text";
        final byte[] huge = new byte[MappedFields.LARGEST + 1];

        Holding() {
            super("holds");
        }
    }

    @Test
    void whatCannotCrossIsNamedOnce() {
        Holding copy = cross(new Holding());

        assertThat(copy.text).isEqualTo("text");
        assertThat(copy.lock).isNull();
        assertThat(copy.getSuppressed())
                .singleElement()
                .satisfies(note -> assertThat(note.getMessage())
                        .contains(
                                "Holding has arrived without lock (java.util.concurrent.locks.ReentrantLock), action (")
                        .contains("huge (byte[])"));
        assertThat(cross(copy).getSuppressed()).hasSize(1);
    }

    static final class Collecting extends Exception {
        final Object any;
        final List<Object> all;

        Collecting(Object any) {
            super("collects");
            this.any = any;
            this.all = new LinkedList<>(List.of(any, this));
        }
    }

    static List<Object> collections() {
        Map<String, Integer> map = Map.of("one", 1, "two", 2);
        return List.of(
                new ArrayList<>(map.keySet()),
                new LinkedList<>(map.keySet()),
                new CopyOnWriteArrayList<>(map.keySet()),
                new ArrayDeque<>(map.keySet()),
                Arrays.asList("one", null),
                List.of("one"),
                Collections.unmodifiableList(new ArrayList<>(map.keySet())),
                new HashSet<>(map.keySet()),
                new LinkedHashSet<>(map.keySet()),
                new TreeSet<>(map.keySet()),
                Collections.unmodifiableSet(new HashSet<>(map.keySet())),
                new HashMap<>(map),
                new LinkedHashMap<>(map),
                new TreeMap<>(map),
                new ConcurrentHashMap<>(map),
                Collections.unmodifiableMap(new HashMap<>(map)));
    }

    @ParameterizedTest
    @MethodSource("collections")
    void aCollectionKeepsItsClass(Object collection) {
        Collecting copy = cross(new Collecting(collection));

        assertThat(Sameness.difference(collection, copy.any)).isNull();
        assertThat(copy.all).isExactlyInstanceOf(LinkedList.class);
        assertThat(Sameness.difference(collection, copy.all.get(0))).isNull();
        assertThat(copy.all.get(1)).isSameAs(copy);
    }

    @Test
    void aCollectionThatFindsInWaysOfItsOwnIsNamed() {
        Set<String> byIdentity = Collections.newSetFromMap(new IdentityHashMap<>());
        byIdentity.add("one");
        Map<String, Integer> ignoringCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        ignoringCase.put("one", 1);

        for (Object each : List.of(
                Collections.unmodifiableSet(byIdentity),
                Collections.unmodifiableMap(ignoringCase),
                Collections.synchronizedMap(ignoringCase))) {
            Collecting copy = cross(new Collecting(each));
            assertThat(copy.any).as("%s", each.getClass()).isNull();
            assertThat(copy.getSuppressed()).singleElement().asString().contains("without any");
        }
    }

    static final class Vendor extends SQLSyntaxErrorException {
        final String hint;

        Vendor(String reason, String state, int code, String hint) {
            super(reason, state, code);
            this.hint = hint;
        }
    }

    /** What Jackson reads. */
    static final class Read {
        public int number;
    }

    @Test
    void exceptionsOfJacksonArriveAsThemselvesWithTheirPath() {
        DatabindException sent = catchThrowableOfType(
                DatabindException.class, () -> new JsonMapper().readValue("{\"number\": \"x\"}", Read.class));

        DatabindException copy = cross(sent);

        assertThat(copy).hasSameClassAs(sent).hasMessage(sent.getMessage());
        assertThat(copy.getPath())
                .singleElement()
                .satisfies(step -> assertThat(step.getPropertyName()).isEqualTo("number"));
        assertThat(copy.getSuppressed()).singleElement().asString().contains("_path's transient fields");
    }

    @Test
    void aMessageThatIsTooLongIsCutAndTheExceptionSaysSo() {
        byte[] bytes = ThrowableCodec.encode(new IllegalStateException("long ".repeat(1_000_000)));
        Throwable copy = ThrowableCodec.decode(bytes, getClass().getClassLoader());

        assertThat(copy).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(String.valueOf(copy.getMessage())).hasSizeGreaterThan(1_000_000);
        assertThat(copy.getSuppressed())
                .singleElement()
                .asString()
                .contains("the rest of its message, which has 5000000 characters");
    }

    @Test
    void statesAndCodesOfDatabasesArriveAlsoInClassesOfDrivers() {
        Vendor sent = new Vendor("no table", "42P01", 7, "look");
        sent.initCause(new IOException("below"));
        sent.setNextException(new SQLException("next", "08000", 1));
        sent.setNextException(new BatchUpdateException("last", "23505", 2, new int[] {1, -3}));

        Vendor copy = cross(sent);

        assertThat(copy.getSQLState()).isEqualTo("42P01");
        assertThat(copy.getErrorCode()).isEqualTo(7);
        assertThat(copy.hint).isEqualTo("look");
        assertThat(copy.getCause()).hasMessage("below");
        assertThat(copy.getNextException().getSQLState()).isEqualTo("08000");
        BatchUpdateException last =
                (BatchUpdateException) copy.getNextException().getNextException();
        assertThat(last.getUpdateCounts()).containsExactly(1, -3);
        assertThat(last.getSQLState()).isEqualTo("23505");
        assertThat(cross(new DataTruncation(1, true, false, 10, 5)).getTransferSize())
                .isEqualTo(5);
    }

    @Test
    void whereFilesAndTextsAreWrongArrives() {
        assertThat(cross(new NoSuchFileException("/a", "/b", "gone")))
                .returns("/a", FileSystemException::getFile)
                .returns("/b", FileSystemException::getOtherFile)
                .returns("gone", FileSystemException::getReason);
        assertThat(cross(new ParseException("no", 3)).getErrorOffset()).isEqualTo(3);
        assertThat(cross(new DateTimeParseException("no", "2026", 4)))
                .returns("2026", DateTimeParseException::getParsedString)
                .returns(4, DateTimeParseException::getErrorIndex);
        SAXParseException xml = new SAXParseException("bad", "p", "s", 3, 4, new IOException("io"));
        assertThat(cross(xml)).returns(3, SAXParseException::getLineNumber).hasToString(xml.toString());
    }

    @Test
    void targetOfAnInvocationArrives() {
        InvocationTargetException copy = cross(new InvocationTargetException(new IOException("target"), "m"));

        assertThat(copy.getTargetException()).isInstanceOf(IOException.class).hasMessage("target");
        assertThat(copy.getCause()).isSameAs(copy.getTargetException());
    }

    @Test
    void explanationOfANullPointerArrives() {
        String[] texts = new String[1];
        try {
            assertThat(texts[0].length()).isZero();
        } catch (NullPointerException e) {
            assertThat(cross(e)).hasMessageContaining("because");
        }
    }

    // ---- what is run when one is made, and how much of a stack trace there is

    static final class Counting extends RuntimeException {
        int filled;

        @Nullable
        String place;

        Counting() {
            super("failed");
            filled = 0;
            place = null;
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            filled++;
            place = "here";
            return super.fillInStackTrace();
        }
    }

    @Test
    void aFieldThatIsEmptyIsSoThoughAnotherIsFilledIn() {
        Counting came = cross(new Counting());
        assertThat(came.filled).isZero();
        assertThat(came.place).isNull();
    }

    @Test
    void framesSayTheirModulesAndHowManyAreLeftOut() {
        RuntimeException sent = new RuntimeException("failed");
        try {
            List.of(1).forEach(each -> {
                throw sent;
            });
        } catch (RuntimeException e) {
            sent.setStackTrace(e.getStackTrace());
        }
        assertThat(cross(sent).getStackTrace())
                .extracting(Object::toString)
                .isEqualTo(Arrays.stream(sent.getStackTrace())
                        .map(Object::toString)
                        .toList());

        StackTraceElement[] frames = new StackTraceElement[1500];
        Arrays.setAll(frames, i -> new StackTraceElement("own", "module", "1", "Type", "method", null, i));
        sent.setStackTrace(frames);
        RuntimeException came = cross(sent);
        assertThat(came.getStackTrace()).containsExactly(Arrays.copyOf(frames, 1024));
        assertThat(came.getSuppressed()[0]).hasMessageContaining("has arrived without 476 frames of its stack trace");
    }
}
