package io.github.inparallel.marshal;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.units.Sizes;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Writes and reads the arguments and the result of one method, by its generic signature; {@link PlainValues} where that
 * will do, else {@link Values}. Thread-safe.
 */
public final class MethodCodec {

    private final String key;
    private final String displayName;
    private final Marshaller marshaller;
    private final ClassLoader loader;
    private final Value[] parameters;
    private final Value result;
    private final boolean plainArguments;

    /**
     * @param owner the class of the bean, which knows what type variables stand for
     * @param resultType what crosses as the result
     */
    MethodCodec(Method method, Class<?> owner, Type resultType, String displayName, Marshaller marshaller) {
        this.key = TaskMethod.key(method);
        this.displayName = displayName;
        this.marshaller = marshaller;
        ClassLoader own = owner.getClassLoader();
        this.loader = own == null ? ClassLoader.getSystemClassLoader() : own;
        Parameter[] declared = method.getParameters();
        this.parameters = new Value[declared.length];
        for (int i = 0; i < declared.length; i++) {
            parameters[i] = new Value(
                    "parameter '" + declared[i].getName() + "'",
                    OwnerTypes.resolved(declared[i].getParameterizedType(), method, owner));
        }
        this.plainArguments = Arrays.stream(parameters).allMatch(parameter -> parameter.plain);
        this.result = new Value("the result", OwnerTypes.resolved(resultType, method, owner));
        if (!plainArguments || !result.plain) {
            marshaller.willBeNeeded();
        }
    }

    String key() {
        return key;
    }

    String displayName() {
        return displayName;
    }

    /**
     * Writes an argument list.
     *
     * @throws MarshallingException if one cannot be written, or all together are larger than may cross
     */
    public Encoded encodeArguments(@Nullable Object[] arguments) {
        byte @Nullable [] attachment = attachmentOf(arguments);
        byte[] plain = plainArguments ? PlainValues.write(passed(arguments), attachment) : null;
        return checkSize(
                new Encoded(plain != null ? plain : written(arguments, attachment, parameters), attachment),
                "the arguments");
    }

    /** The arguments, without those that do not cross. */
    private @Nullable Object[] passed(@Nullable Object[] arguments) {
        @Nullable Object[] passed = new Object[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            passed[i] = parameters[i].passed ? arguments[i] : null;
        }
        return passed;
    }

    /** The largest array that is worth it. */
    private byte @Nullable [] attachmentOf(@Nullable Object[] arguments) {
        byte[] largest = null;
        for (int i = 0; i < parameters.length; i++) {
            byte[] candidate = parameters[i].attachable(arguments[i]);
            if (candidate != null && (largest == null || candidate.length > largest.length)) {
                largest = candidate;
            }
        }
        return largest;
    }

    /**
     * Reads an argument list.
     *
     * @throws MarshallingException if they cannot be rebuilt
     */
    public @Nullable Object[] decodeArguments(byte[] bytes, int offset, int length, byte @Nullable [] attachment) {
        return PlainValues.isPlain(bytes, offset)
                ? plain(bytes, offset, length, attachment, parameters)
                : read(bytes, offset, length, attachment, parameters);
    }

    /**
     * Writes a result.
     *
     * @throws MarshallingException if it cannot be written, or is larger than may cross
     */
    public Encoded encodeResult(@Nullable Object value) {
        byte[] attachment = result.attachable(value);
        @Nullable Object[] row = {result.passed ? value : null};
        byte[] plain = result.plain ? PlainValues.write(row, attachment) : null;
        return checkSize(
                new Encoded(plain != null ? plain : written(row, attachment, result), attachment), "the result");
    }

    /**
     * Reads a result.
     *
     * @param offset where it begins in the bytes
     * @throws MarshallingException if it cannot be rebuilt
     */
    public @Nullable Object decodeResult(byte[] bytes, int offset, byte @Nullable [] attachment) {
        return PlainValues.isPlain(bytes, offset)
                ? plain(bytes, offset, bytes.length - offset, attachment, result)[0]
                : read(bytes, offset, bytes.length - offset, attachment, result)[0];
    }

    private byte[] written(@Nullable Object[] values, byte @Nullable [] attachment, Value... declared) {
        try {
            return marshaller.values().write(out -> {
                for (int i = 0; i < declared.length; i++) {
                    declared[i].write(out, values[i], attachment);
                }
            });
        } catch (ValueFailure failure) {
            throw failed(failure, "written");
        }
    }

    private @Nullable Object[] read(
            byte[] bytes, int offset, int length, byte @Nullable [] attachment, Value... declared) {
        try {
            return marshaller.values().read(bytes, offset, length, loader, in -> {
                @Nullable Object[] values = new Object[declared.length];
                for (int i = 0; i < declared.length; i++) {
                    values[i] = declared[i].read(in, attachment);
                }
                return values;
            });
        } catch (ValueFailure failure) {
            throw failed(failure, "read");
        }
    }

    /** Of none of the values in particular. */
    private MarshallingException failed(ValueFailure failure, String what) {
        return failure.isTooLarge()
                ? tooLarge("it takes", "more than")
                : new MarshallingException(
                        displayName + ": what crosses cannot be " + what + ": " + failure.describe(""),
                        failure.getCause());
    }

    /** What was written without a mapper; the other side is not trusted to have written what fits. */
    private @Nullable Object[] plain(
            byte[] bytes, int offset, int length, byte @Nullable [] attachment, Value... declared) {
        @Nullable Object[] values;
        try {
            values = PlainValues.read(bytes, offset, length, declared.length, attachment);
        } catch (IllegalArgumentException e) {
            throw new MarshallingException(displayName + ": malformed values: " + e.getMessage(), e);
        }
        for (int i = 0; i < declared.length; i++) {
            if (!declared[i].accepts(values[i])) {
                throw new MarshallingException(
                        displayName + ": " + declared[i].name + " (" + declared[i].text() + ") cannot be "
                                + (values[i] == null
                                        ? "null"
                                        : values[i].getClass().getName()),
                        null);
            }
        }
        return values;
    }

    private Encoded checkSize(Encoded encoded, String what) {
        if (encoded.size() > (long) marshaller.maxPayload() + Marshaller.OVERHEAD) {
            throw tooLarge(
                    what + (what.endsWith("s") ? " take" : " takes"), Sizes.text(encoded.size()) + ", more than");
        }
        return encoded;
    }

    private MarshallingException tooLarge(String what, String size) {
        return new MarshallingException(
                displayName + ": " + what + " " + size + " max-payload: " + Sizes.text(marshaller.maxPayload())
                        + ". Pass a reference (a path, an id), or raise max-payload",
                null);
    }

    /** Refuses what can be seen never to cross, all at once. */
    void check() {
        SignatureCheck check = new SignatureCheck(marshaller.isCustomized());
        for (Value parameter : parameters) {
            if (parameter.passed) {
                check.check(parameter.name, parameter.declared);
            }
        }
        check.check(result.name, result.declared);
        List<String> problems = check.problems();
        if (!problems.isEmpty()) {
            throw new MarshallingException(displayName + ": " + String.join("; ", problems), null);
        }
    }

    /** One parameter, or the result. */
    private final class Value {
        private final String name;
        private final Type declared;
        private final boolean passed;
        private final boolean plain; // it needs no mapper
        private final boolean bytes; // its value may cross beside the others
        private final @Nullable Class<?> boxed; // what is declared, if it is a class
        private volatile @Nullable Codec codec; // made by whoever comes first, or twice

        Value(String name, Type declared) {
            this.name = name;
            this.declared = declared;
            this.passed = declared != TaskOptions.class && declared != void.class && declared != Void.class;
            this.plain = marshaller.sparesMapper()
                    && (!passed || declared instanceof Class<?> type && PlainValues.isPlain(type));
            this.bytes = declared == byte[].class;
            this.boxed = declared instanceof Class<?> type
                    ? MethodType.methodType(type).wrap().returnType()
                    : null;
        }

        String text() {
            return TypeText.of(declared);
        }

        private Codec codec() {
            Codec made = codec;
            if (made == null) {
                Codecs codecs = marshaller.values().codecs();
                made = codecs.of(codecs.type(declared));
                codec = made;
            }
            return made;
        }

        /** Whether it can be this; of parameterized types none is plain. */
        private boolean accepts(@Nullable Object value) {
            if (!passed) {
                return value == null;
            }
            return boxed != null && (value == null ? !((Class<?>) declared).isPrimitive() : boxed.isInstance(value));
        }

        byte @Nullable [] attachable(@Nullable Object value) {
            return bytes && value instanceof byte[] array && array.length >= Encoded.ATTACHED_FROM ? array : null;
        }

        /** What crosses as an attachment leaves {@code true} in its place, which no array is written as. */
        void write(ValueWriter out, @Nullable Object value, byte @Nullable [] attachment) {
            if (value == null || !passed) {
                out.generator().writeNull();
                return;
            }
            if (bytes && value == attachment) {
                out.generator().writeBoolean(true);
                return;
            }
            try {
                out.write(codec(), value);
            } catch (Throwable e) {
                throw failure("cross", e, out.hasIdentities());
            }
        }

        @Nullable
        Object read(ValueReader in, byte @Nullable [] attachment) {
            JsonToken token = in.next();
            if (bytes && attachment != null && token == JsonToken.VALUE_TRUE) {
                return attachment;
            }
            if (!passed) {
                in.expect(JsonToken.VALUE_NULL);
                return null;
            }
            try {
                return in.read(codec());
            } catch (Throwable e) {
                throw failure("be rebuilt", e, true);
            }
        }

        /** @param isLast whether nothing else is tried */
        private RuntimeException failure(String what, Throwable e, boolean isLast) {
            ValueFailure failure = ValueFailure.from(e);
            if (failure.isTooLarge() || failure.needsIdentities() && !isLast) {
                return failure;
            }
            return new MarshallingException(
                    displayName + ": " + name + " (" + text() + ") cannot " + what + ": " + failure.describe(text()),
                    failure.getCause());
        }
    }

    @Override
    public String toString() {
        return displayName;
    }
}
