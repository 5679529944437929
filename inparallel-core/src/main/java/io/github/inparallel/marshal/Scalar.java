package io.github.inparallel.marshal;

/**
 * A class whose values are written whole.
 *
 * @param <T> the class
 */
final class Scalar<T> extends Codec {

    /** Writes one. */
    interface Writing<T> {
        void write(ValueWriter out, T value);
    }

    /** Reads one. */
    interface Reading<T> {
        T read(ValueReader in);
    }

    private final Class<T> type;
    private final String name;
    private final boolean takesNull;
    private final boolean isShared;
    private final Writing<T> writing;
    private final Reading<T> reading;

    /** @param type the class itself, or the public one above those that the JDK hides */
    Scalar(Class<T> type, String name, boolean takesNull, boolean isShared, Writing<T> writing, Reading<T> reading) {
        this.type = type;
        this.name = name;
        this.takesNull = takesNull;
        this.isShared = isShared;
        this.writing = writing;
        this.reading = reading;
    }

    Class<T> type() {
        return type;
    }

    /** What values of the class are called where another one is declared. */
    String name() {
        return name;
    }

    /** The same of the primitive type, of which null is no value. */
    Scalar<T> ofPrimitive() {
        return new Scalar<>(type, name, false, isShared, writing, reading);
    }

    @Override
    boolean takesNull() {
        return takesNull;
    }

    @Override
    void write(ValueWriter out, Object value) {
        if (value.getClass() != type && !isHidden(value.getClass())) {
            throw ValueFailure.of(value, type, "it would arrive as a " + type.getSimpleName(), "Declare its class");
        }
        if (isShared && out.hasIdentities()) {
            out.generator().writeStartArray(); // a number would be a reference
            writing.write(out, type.cast(value));
            out.generator().writeEndArray();
        } else {
            writing.write(out, type.cast(value));
        }
    }

    /** Whether it is one of the classes that the JDK itself has below a public one. */
    private boolean isHidden(Class<?> actual) {
        return type.isAssignableFrom(actual) && Types.isJdk(actual) && Scalars.of(actual) == this;
    }

    @Override
    T read(ValueReader in) {
        return isShared && in.hasIdentities() ? Scalars.last(in, Scalars.first(in, reading)) : reading.read(in);
    }

    @Override
    boolean isShared() {
        return isShared;
    }

    @Override
    boolean mayBe(Object before) {
        return before.getClass() == type || isHidden(before.getClass());
    }
}
