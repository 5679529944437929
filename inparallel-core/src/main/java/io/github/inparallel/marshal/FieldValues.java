package io.github.inparallel.marshal;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of the fields of exceptions, between their two sides. Simple ones, other exceptions, and collections and arrays of
 * these say themselves what they are, and need no mapper; any other is written as its field declares it. Classes and
 * constants of enums cross by name.
 */
final class FieldValues {

    static final int NULL = 0;
    static final int PLAIN = 1; // as PlainValues writes it
    static final int TEXT = 2;
    static final int DECIMAL = 3;
    static final int INTEGER = 4;
    static final int ENUM = 5;
    static final int CLASS = 6;
    static final int THROWABLE = 7;
    static final int ARRAY = 8;
    static final int COLLECTION = 9;
    static final int MAP = 10;
    static final int MAPPED = 11;
    static final int SNAPSHOT = 12;
    static final int SERIAL = 13; // as MAPPED, without what Java's serialization leaves out

    static final int DEEPEST = 8;
    static final int MOST_ITEMS = 100_000;

    /** A null. */
    static final byte[] NOTHING = {NULL};

    private FieldValues() {}

    /** It does not cross. */
    static final class NotCrossing extends Exception {
        NotCrossing() {
            super(null, null, false, false);
        }
    }

    /** What is not yet looked up, or made. */
    sealed interface Unresolved {
        /** An exception of the same graph. */
        record Other(int index) implements Unresolved {}

        /** A class. */
        record Named(String type, int dimensions) implements Unresolved {}

        /** A constant of an enum. */
        record Constant(String name) implements Unresolved {}

        /** What is read as it is declared. */
        record Mapped(byte[] bytes, boolean isSerial) implements Unresolved {}

        /** A collection or map, with the number of its {@link CollectionKind} or {@link MapKind}. */
        record Items(boolean isMap, int kind, List<@Nullable Object> items) implements Unresolved {}

        /** An array. */
        record Elements(Named type, List<@Nullable Object> items) implements Unresolved {}

        /** An object of an interface that is known. */
        record Snapshot(int type, String text, Map<String, @Nullable Object> told, List<@Nullable Object> items)
                implements Unresolved {}
    }

    /** Looks other exceptions up. */
    interface Others {
        /** @throws Pending if it is being made, since it refers to the one that asks */
        Throwable other(int index) throws Pending;
    }

    /** To be asked again when all exceptions are made. */
    static final class Pending extends Exception {
        Pending() {
            super(null, null, false, false);
        }
    }

    static Class<?> raw(Type declared) {
        return declared instanceof Class<?> type
                ? type
                : declared instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : Object.class;
    }
}
