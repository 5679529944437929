package io.github.inparallel.marshal;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/** What holds up to two values: optional ones, references, entries of maps. */
abstract class ContainerCodec extends Codec {

    private ContainerCodec() {}

    static boolean isFor(Class<?> raw) {
        return raw == Optional.class
                || raw == OptionalInt.class
                || raw == OptionalLong.class
                || raw == OptionalDouble.class
                || raw == AtomicReference.class
                || isEntry(raw);
    }

    private static boolean isEntry(Class<?> raw) {
        return raw == Map.Entry.class
                || raw == AbstractMap.SimpleEntry.class
                || raw == AbstractMap.SimpleImmutableEntry.class;
    }

    /** @return null if the type is another one */
    static @Nullable Codec of(JavaType type, Codecs codecs) {
        Class<?> raw = type.getRawClass();
        if (raw == Optional.class) {
            return new OfOptional(new Lazy(codecs, type.containedTypeOrUnknown(0)));
        }
        if (raw == OptionalInt.class || raw == OptionalLong.class || raw == OptionalDouble.class) {
            return new OfNumber(raw);
        }
        if (raw == AtomicReference.class) {
            return new OfReference(new Lazy(codecs, type.containedTypeOrUnknown(0)));
        }
        if (isEntry(raw)) {
            JavaType entry = type.findSuperType(Map.Entry.class);
            JavaType unknown = TypeFactory.unknownType();
            boolean isRaw = entry == null || entry.containedTypeCount() < 2;
            return new OfEntry(
                    raw,
                    new Lazy(codecs, isRaw ? unknown : entry.containedType(0)),
                    new Lazy(codecs, isRaw ? unknown : entry.containedType(1)));
        }
        return null;
    }

    /** An array of none or one. */
    private static final class OfOptional extends ContainerCodec {
        private final Lazy content;

        OfOptional(Lazy content) {
            this.content = content;
        }

        @Override
        void write(ValueWriter out, Object value) {
            out.generator().writeStartArray();
            Object present = ((Optional<?>) value).orElse(null);
            if (present != null) {
                out.write(content.get(), present);
            }
            out.generator().writeEndArray();
        }

        @Override
        Object read(ValueReader in) {
            in.expect(JsonToken.START_ARRAY);
            if (in.next() == JsonToken.END_ARRAY) {
                return Optional.empty();
            }
            Object present = in.read(content.get());
            if (present == null) {
                throw ValueFailure.malformed("an Optional of null");
            }
            return Scalars.last(in, Optional.of(present));
        }
    }

    /** An array of none or one. */
    private static final class OfNumber extends ContainerCodec {
        private final Class<?> type;

        OfNumber(Class<?> type) {
            this.type = type;
        }

        @Override
        void write(ValueWriter out, Object value) {
            out.generator().writeStartArray();
            Object number = null;
            if (value instanceof OptionalInt each && each.isPresent()) {
                number = each.getAsInt();
            } else if (value instanceof OptionalLong each && each.isPresent()) {
                number = each.getAsLong();
            } else if (value instanceof OptionalDouble each && each.isPresent()) {
                number = each.getAsDouble();
            }
            if (number != null) {
                codec(number.getClass()).write(out, number);
            }
            out.generator().writeEndArray();
        }

        @Override
        Object read(ValueReader in) {
            in.expect(JsonToken.START_ARRAY);
            boolean isEmpty = in.next() == JsonToken.END_ARRAY;
            if (type == OptionalInt.class) {
                return isEmpty
                        ? OptionalInt.empty()
                        : Scalars.last(in, OptionalInt.of((Integer)
                                codec(Integer.class).read(in)));
            }
            if (type == OptionalLong.class) {
                return isEmpty
                        ? OptionalLong.empty()
                        : Scalars.last(
                                in, OptionalLong.of((Long) codec(Long.class).read(in)));
            }
            return isEmpty
                    ? OptionalDouble.empty()
                    : Scalars.last(
                            in, OptionalDouble.of((Double) codec(Double.class).read(in)));
        }

        private static Codec codec(Class<?> number) {
            return java.util.Objects.requireNonNull(Scalars.of(number));
        }
    }

    /** An array of one. */
    private static final class OfReference extends ContainerCodec {
        private final Lazy content;

        OfReference(Lazy content) {
            this.content = content;
        }

        @Override
        boolean isShared() {
            return true;
        }

        @Override
        boolean mayBe(Object before) {
            return before instanceof AtomicReference;
        }

        @Override
        void write(ValueWriter out, Object value) {
            if (value.getClass() != AtomicReference.class) {
                throw ValueFailure.of(value, AtomicReference.class, "its class would be lost", "Pass its value");
            }
            out.generator().writeStartArray();
            out.write(content.get(), ((AtomicReference<?>) value).get());
            out.generator().writeEndArray();
        }

        @Override
        Object read(ValueReader in) {
            in.expect(JsonToken.START_ARRAY);
            AtomicReference<@Nullable Object> reference = in.made(new AtomicReference<>());
            reference.set(in.readNext(content.get()));
            return Scalars.last(in, reference);
        }
    }

    /** An array of three: which class, key, value. */
    private static final class OfEntry extends ContainerCodec {
        private static final int CHANGEABLE = 0;
        private static final int IMMUTABLE = 1;
        private static final int WITHOUT_NULLS = 2;

        private final Class<?> declared;
        private final Lazy key;
        private final Lazy value;

        OfEntry(Class<?> declared, Lazy key, Lazy value) {
            this.declared = declared;
            this.key = key;
            this.value = value;
        }

        @Override
        boolean isShared() {
            return true; // most can be changed
        }

        @Override
        boolean mayBe(Object before) {
            return declared.isInstance(before);
        }

        @Override
        void write(ValueWriter out, Object given) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) given;
            String name = given.getClass().getName();
            int kind = name.equals("java.util.KeyValueHolder")
                    ? WITHOUT_NULLS
                    : given instanceof AbstractMap.SimpleImmutableEntry
                                    || name.equals("java.util.NullableKeyValueHolder")
                                    || CollectionKind.isUnmodifiable(name)
                            ? IMMUTABLE
                            : CHANGEABLE;
            if (declared == AbstractMap.SimpleEntry.class && kind != CHANGEABLE || !Types.isJdk(given.getClass())) {
                throw ValueFailure.of(given, declared, "its class would be lost", "Pass an AbstractMap.SimpleEntry");
            }
            out.generator().writeStartArray();
            out.generator().writeNumber(kind);
            out.write(key.get(), entry.getKey());
            out.write(value.get(), entry.getValue());
            out.generator().writeEndArray();
        }

        @Override
        Object read(ValueReader in) {
            int kind = Scalars.first(in, Scalars::integer);
            Object readKey = in.readNext(key.get());
            Object readValue = in.readNext(value.get());
            in.nextIs(JsonToken.END_ARRAY);
            Object entry = kind == CHANGEABLE
                    ? new AbstractMap.SimpleEntry<@Nullable Object, @Nullable Object>(readKey, readValue)
                    : kind == IMMUTABLE
                            ? new AbstractMap.SimpleImmutableEntry<@Nullable Object, @Nullable Object>(
                                    readKey, readValue)
                            : readKey == null || readValue == null ? null : Map.entry(readKey, readValue);
            if (!declared.isInstance(entry)) {
                throw ValueFailure.malformed("an entry of another class");
            }
            return entry;
        }
    }
}
