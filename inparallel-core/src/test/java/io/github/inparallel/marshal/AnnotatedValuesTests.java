package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonManagedReference;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import io.github.inparallel.MarshallingException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.annotation.JsonPOJOBuilder;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** Classes with annotations of Jackson's, most made for clients of the web: their objects arrive as they were. */
@SuppressWarnings({"EqualsGetClass", "UnusedVariable"})
class AnnotatedValuesTests {

    /** A number that a browser would round. */
    static final class ForBrowsers {
        @JsonSerialize(using = ToStringSerializer.class)
        long id = 5;

        @JsonFormat(pattern = "yyyy")
        LocalDate day = LocalDate.of(2026, 1, 2);
    }

    /** Another form, from which it cannot be made again. */
    static final class Shown {
        String text = "shown";
        String hidden = "hidden";

        @JsonValue
        String text() {
            return text;
        }
    }

    /** What Lombok writes for {@code @Jacksonized}. */
    @JsonDeserialize(builder = Built.Builder.class)
    static final class Built {
        final String name;
        final transient String made = "by the builder";

        private Built(String name) {
            this.name = name;
        }

        @JsonPOJOBuilder(withPrefix = "")
        static final class Builder {
            private String name = "";

            Builder name(String given) {
                name = given;
                return this;
            }

            Built build() {
                return new Built(name);
            }
        }
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    static final class Named {
        final String someName;
        final Optional<Integer> someNumber;
        final Set<Part> someParts;
        int counted = 7;

        @JsonCreator
        Named(
                @JsonProperty("some_name") String name,
                @JsonProperty("some_number") Optional<Integer> number,
                @JsonProperty("some_parts") Set<Part> parts) {
            this.someName = name;
            this.someNumber = number;
            this.someParts = parts;
        }
    }

    static class Part {
        int number = 1;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Part part && part.number == number && other.getClass() == getClass();
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    static final class Special extends Part {
        int more = 2;
    }

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    static final class Sparse {
        int number = 5;

        @Nullable
        String text = "t";

        @JsonUnwrapped
        Part part = new Special();

        @JsonCreator
        Sparse(@JsonProperty("number") int number, @JsonProperty("text") @Nullable String text) {
            this.number = number;
            this.text = text;
        }
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    static final class Identified {
        List<Identified> others = new ArrayList<>();
    }

    /** The whole from another form. */
    static final class Whole {
        final Map<String, Part> parts;

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Whole(Map<String, Part> parts) {
            this.parts = parts;
        }

        @JsonValue
        Map<String, Part> parts() {
            return parts;
        }
    }

    /** A form that is null, and one of a type variable. */
    static final class Maybe<T> {
        @JsonValue
        final @Nullable T form;

        @JsonCreator
        Maybe(@Nullable T form) {
            this.form = form;
        }
    }

    /** With it. */
    record Maybes(Maybe<String> none, Maybe<Part> special, List<Maybe<Long>> numbers, Maybe<String[]> array) {}

    /** One side of what entities often are. */
    static final class Shelf {
        @JsonManagedReference
        List<Book> books = new ArrayList<>();
    }

    /** The other, which clients of the web are not shown. */
    static final class Book {
        @JsonBackReference
        @Nullable
        Shelf shelf;

        Book(Shelf shelf) {
            this.shelf = shelf;
            shelf.books.add(this);
        }
    }

    static Stream<Object> values() {
        Shelf shelf = new Shelf();
        Book first = new Book(shelf);
        new Book(shelf);
        Identified identified = new Identified();
        identified.others.add(identified);
        return Stream.of(
                new ForBrowsers(),
                new Shown(),
                new Built("b"),
                new Named("n", Optional.of(1), new HashSet<>(Set.of(new Part(), new Special()))),
                new Sparse(0, null),
                identified,
                shelf,
                first,
                new Maybes(
                        new Maybe<>(null),
                        new Maybe<>(new Special()),
                        List.of(new Maybe<>(1L)),
                        new Maybe<>(new String[] {"a", "b"})),
                new Whole(new HashMap<>(Map.of("p", new Special()))));
    }

    @ParameterizedTest
    @MethodSource("values")
    void arrivesAsItWas(Object value) {
        for (Marshaller.Format format : Marshaller.Format.values()) {
            Marshaller marshaller = new Marshaller(format, 1 << 20, Marshaller.UNCHANGED);
            byte[] bytes = marshaller.write(value.getClass(), value);
            assertThat(Sameness.difference(
                            value,
                            marshaller.read(value.getClass(), bytes, getClass().getClassLoader())))
                    .isNull();
        }
    }

    /** Its creator converts. */
    static final class Converted {
        final String name;

        @JsonCreator
        Converted(@JsonProperty("name") String name) {
            this.name = "Dr. " + name;
        }
    }

    @Test
    void aCreatorThatConvertsIsRefused() {
        Marshaller marshaller = new Marshaller(Marshaller.Format.CBOR, 1 << 20, Marshaller.UNCHANGED);
        byte[] bytes = marshaller.write(Converted.class, new Converted("No"));

        assertThatThrownBy(
                        () -> marshaller.read(Converted.class, bytes, getClass().getClassLoader()))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("Converted.name: its creator makes something else of what it is given");
    }

    /** Of somebody's library: it holds what cannot cross, and can be made anew from its name. */
    static final class Handle {
        private final String name;
        private final Supplier<String> source;

        Handle(String name) {
            this.name = name;
            this.source = () -> name;
        }

        String name() {
            return source.get();
        }
    }

    /** What the library does not say of it. */
    abstract static class HandleForm {
        @JsonCreator
        HandleForm(String name) {}

        @JsonValue
        abstract String name();
    }

    @ParameterizedTest
    @EnumSource
    void aMixInOfTheUserCounts(Marshaller.Format format) {
        Marshaller without = new Marshaller(format, 1 << 20, Marshaller.UNCHANGED);
        assertThatThrownBy(() -> without.write(Handle.class, new Handle("h")))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("Handle.source");

        Marshaller with = new Marshaller(format, 1 << 20, builder -> builder.addMixIn(Handle.class, HandleForm.class));
        byte[] bytes = with.write(Handle.class, new Handle("h"));

        assertThat(with.read(Handle.class, bytes, getClass().getClassLoader()))
                .isInstanceOfSatisfying(
                        Handle.class, came -> assertThat(came.name()).isEqualTo("h"));
    }
}
