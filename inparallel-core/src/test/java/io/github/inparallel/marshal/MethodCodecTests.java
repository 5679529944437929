package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskOptions;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What crosses is what was passed; what would be lost is an error that names it. */
class MethodCodecTests {

    private static final int MAX_PAYLOAD = 64 * 1024;

    public record Line(int number, @Nullable String text) {}

    public record Order(long id, List<Line> lines, Optional<String> note, TimeUnit unit) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
    public sealed interface Shape permits Circle, Square {}

    public record Circle(double radius) implements Shape {}

    public record Square(double side) implements Shape {}

    /** No default constructor, final fields, and a getter that must not be called. */
    public static final class Point {
        private final int x;
        private final int y;

        Point(int x, int y) {
            this.x = x;
            this.y = y;
        }

        @SuppressWarnings("DoNotCallSuggester")
        public int getSum() {
            throw new IllegalStateException("a getter was called");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Point point && point.x == x && point.y == y;
        }

        @Override
        public int hashCode() {
            return x + y;
        }
    }

    public static final class Mutable {
        int count;
        final List<String> names = new ArrayList<>();
    }

    public static final class Node {
        @Nullable
        Node next;
    }

    @SuppressWarnings("unused")
    interface Methods {
        Order order(Order order);

        CompletableFuture<List<Map<String, Instant>>> generic(List<Map<String, Instant>> values);

        byte[] bytes(byte[] bytes);

        List<Shape> shapes(List<Shape> shapes);

        ZonedDateTime zoned(ZonedDateTime time);

        int[][] primitives(int a, long b, double c, boolean d, char e, int[][] f);

        @Nullable
        String nothing(@Nullable String text);

        Optional<String> optional(Optional<String> text, OptionalInt number);

        void options(String text, @Nullable TaskOptions options);

        Point point(Point point);

        Mutable mutable(Mutable mutable);

        Node node(Node node);

        void stream(InputStream stream);

        void object(Object object);

        List<Runnable> runnables();

        String apply(java.util.function.Function<String, String> function);

        IllegalStateException failure();
    }

    private static TaskMethod method(String name, Marshaller.Format format) {
        Method method = Arrays.stream(Methods.class.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return TaskMethod.of(
                "target", method, Limits.OF_THE_POOL, new Marshaller(format, MAX_PAYLOAD, Marshaller.UNCHANGED));
    }

    private static @Nullable Object[] arguments(TaskMethod method, @Nullable Object... arguments) {
        Encoded encoded = method.codec().encodeArguments(arguments);
        return method.codec().decodeArguments(encoded.bytes(), 0, encoded.bytes().length, encoded.attachment());
    }

    private static @Nullable Object result(TaskMethod method, @Nullable Object value) {
        Encoded encoded = method.codec().encodeResult(value);
        return method.codec().decodeResult(encoded.bytes(), 0, encoded.attachment());
    }

    @ParameterizedTest
    @EnumSource
    void recordsEnumsAndOptionalsCross(Marshaller.Format format) {
        TaskMethod method = method("order", format);
        Order order = new Order(7, List.of(new Line(1, "a"), new Line(2, null)), Optional.of("n"), TimeUnit.DAYS);

        assertThat(arguments(method, order)).containsExactly(order);
        assertThat(result(method, order)).isEqualTo(order);
        assertThat(result(method, new Order(1, List.of(), Optional.empty(), TimeUnit.HOURS)))
                .isEqualTo(new Order(1, List.of(), Optional.empty(), TimeUnit.HOURS));
    }

    @ParameterizedTest
    @EnumSource
    void genericTypesCrossAlsoInsideAFuture(Marshaller.Format format) {
        TaskMethod method = method("generic", format);
        List<Map<String, Instant>> values = List.of(Map.of("now", Instant.parse("2026-01-02T03:04:05.123456789Z")));

        assertThat(arguments(method, values)).containsExactly(values);
        assertThat(result(method, values)).isEqualTo(values);
    }

    @ParameterizedTest
    @EnumSource
    void bytesCross(Marshaller.Format format) {
        byte[] bytes = {0, -1, 2, 127, -128};
        assertThat((byte[]) result(method("bytes", format), bytes)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource
    void sealedTypesCrossWithTheirAnnotations(Marshaller.Format format) {
        List<Shape> shapes = List.of(new Circle(1.5), new Square(2));
        assertThat(result(method("shapes", format), shapes)).isEqualTo(shapes);
    }

    @ParameterizedTest
    @EnumSource
    void timeZonesAreKept(Marshaller.Format format) {
        ZonedDateTime time = ZonedDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneId.of("Europe/Berlin"));
        assertThat(result(method("zoned", format), time)).isEqualTo(time);
    }

    @ParameterizedTest
    @EnumSource
    void primitivesCross(Marshaller.Format format) {
        assertThat(arguments(method("primitives", format), 1, 2L, 3.5, true, 'x', new int[][] {{1}, {2, 3}}))
                .containsExactly(1, 2L, 3.5, true, 'x', new int[][] {{1}, {2, 3}});
    }

    @ParameterizedTest
    @EnumSource
    void nullCrosses(Marshaller.Format format) {
        assertThat(arguments(method("nothing", format), (Object) null)).containsExactly((Object) null);
        assertThat(result(method("nothing", format), null)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyOptionalCrossesAsItself(Marshaller.Format format) {
        TaskMethod method = method("optional", format);

        assertThat(arguments(method, Optional.empty(), OptionalInt.empty()))
                .containsExactly(Optional.empty(), OptionalInt.empty());
        assertThat(arguments(method, Optional.of("a"), OptionalInt.of(0)))
                .containsExactly(Optional.of("a"), OptionalInt.of(0));
        assertThat(result(method, Optional.empty())).isEqualTo(Optional.empty());
    }

    @Test
    void optionsOfTheCallAreNotPassedOn() {
        TaskMethod method = method("options", Marshaller.Format.CBOR);
        assertThat(arguments(method, "a", TaskOptions.retries(2))).containsExactly("a", null);
        assertThat(method.optionsOf(new Object[] {"a", TaskOptions.retries(2)}).retries())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void objectsCrossByFieldWithoutGettersOrDefaultConstructor(Marshaller.Format format) {
        Mutable mutable = new Mutable();
        mutable.count = 3;
        mutable.names.add("a");

        assertThat(result(method("mutable", format), mutable)).isInstanceOfSatisfying(Mutable.class, copy -> {
            assertThat(copy.count).isEqualTo(3);
            assertThat(copy.names).containsExactly("a");
        });
    }

    @ParameterizedTest
    @EnumSource
    void cyclesCross(Marshaller.Format format) {
        Node node = new Node();
        node.next = new Node();
        node.next.next = node;

        assertThat(arguments(method("node", format), node)).singleElement().isInstanceOfSatisfying(Node.class, copy -> {
            assertThat(copy.next)
                    .isNotNull()
                    .isNotSameAs(copy)
                    .extracting(next -> next.next)
                    .isSameAs(copy);
        });
    }

    @Test
    void aLargeArrayIsNotCopied() {
        TaskMethod method = method("bytes", Marshaller.Format.CBOR);
        byte[] large = new byte[40_000];

        Encoded encoded = method.codec().encodeArguments(new Object[] {large});

        assertThat(encoded.attachment()).isSameAs(large);
        assertThat(encoded.bytes()).hasSizeLessThan(10);
        assertThat(arguments(method, (Object) large)[0]).isSameAs(large);
        assertThat(result(method, large)).isSameAs(large);
        assertThat(encoded.copied().attachment()).isNotSameAs(large).isEqualTo(large);
    }

    @Test
    void moreThanMayCrossIsAnErrorThatNamesTheProperty() {
        TaskMethod method = method("bytes", Marshaller.Format.CBOR);

        assertThat(method.codec().encodeResult(new byte[MAX_PAYLOAD]).size()).isGreaterThanOrEqualTo(MAX_PAYLOAD);
        assertThatThrownBy(() -> method.codec().encodeArguments(new Object[] {new byte[MAX_PAYLOAD + 100]}))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("max-payload: 64KB");
        assertThatThrownBy(() -> method.codec().encodeResult(new byte[MAX_PAYLOAD + 100]))
                .hasMessageContaining("the result");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "object", "runnables", "apply", "failure"})
    void typeThatCannotCrossIsRefusedAtStart(String name) { // B11, B13
        assertThatThrownBy(() -> method(name, Marshaller.Format.CBOR).check())
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("Methods." + name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"order", "generic", "bytes", "shapes", "zoned", "primitives", "nothing", "options", "mutable"})
    void typeThatCrossesIsAccepted(String name) {
        method(name, Marshaller.Format.CBOR).check();
    }

    @Test
    void garbageIsAnErrorAndNothingElse() {
        TaskMethod method = method("order", Marshaller.Format.CBOR);

        assertThatThrownBy(() -> method.codec().decodeArguments(new byte[] {(byte) 0xff, 1, 2}, 0, 3, null))
                .isInstanceOf(RuntimeException.class);
    }
}
