package io.github.inparallel.marshal;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskOptions;
import io.github.inparallel.units.Sizes;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.type.TypeFactory;

/**
 * Writes and reads the arguments and the result of one method, by its generic signature; {@link PlainValues} where that
 * will do, else by a mapper, whose readers and writers are made with the first call. Thread-safe.
 */
public final class MethodCodec {

    /** What is not counted: so that an array of just max-payload bytes passes. */
    private static final int OVERHEAD = 64;

    private static final Set<Class<?>> OPTIONALS =
            Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

    /** Not before it is needed. */
    private static final class Types {
        static final TypeFactory FACTORY = TypeFactory.createDefaultInstance();
    }

    /** A class of its own, so that where all is plain none of the mapper's is loaded. */
    private static final class Mapped {
        static byte[] write(ObjectMapper mapper, Consumer<JsonGenerator> values) {
            try (ByteArrayBuilder out = new ByteArrayBuilder();
                    JsonGenerator generator = mapper.createGenerator(out)) {
                values.accept(generator);
                generator.flush();
                return out.toByteArray();
            }
        }
    }

    private final Method method;
    private final String key;
    private final String displayName;
    private final Marshaller marshaller;
    private final Value[] parameters;
    private final Value result;
    private final boolean plainArguments;

    MethodCodec(Method method, Type resultType, String displayName, Marshaller marshaller) {
        this.method = method;
        this.key = TaskMethod.key(method);
        this.displayName = displayName;
        this.marshaller = marshaller;
        Parameter[] declared = method.getParameters();
        this.parameters = new Value[declared.length];
        for (int i = 0; i < declared.length; i++) {
            parameters[i] = new Value("parameter '" + declared[i].getName() + "'", declared[i].getParameterizedType());
        }
        this.plainArguments = Arrays.stream(parameters).allMatch(parameter -> parameter.plain);
        this.result = new Value("the result", resultType);
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
        if (plain != null) {
            return checkSize(new Encoded(plain, attachment), "the arguments");
        }
        byte[] mapped = Mapped.write(marshaller.mapper(), generator -> {
            generator.writeStartArray();
            for (int i = 0; i < parameters.length; i++) {
                parameters[i].write(generator, arguments[i], attachment);
            }
            generator.writeEndArray();
        });
        return checkSize(new Encoded(mapped, attachment), "the arguments");
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
        if (PlainValues.isPlain(bytes, offset)) {
            return plain(bytes, offset, length, attachment, parameters);
        }
        @Nullable Object[] arguments = new Object[parameters.length];
        try (JsonParser parser = marshaller.mapper().createParser(bytes, offset, length)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new MarshallingException(displayName + ": malformed arguments", null);
            }
            for (int i = 0; i < parameters.length; i++) {
                parser.nextToken();
                arguments[i] = parameters[i].read(parser, attachment);
            }
        }
        return arguments;
    }

    /**
     * Writes a result.
     *
     * @throws MarshallingException if it cannot be written, or is larger than may cross
     */
    public Encoded encodeResult(@Nullable Object value) {
        byte[] attachment = result.attachable(value);
        byte[] plain = result.plain
                ? PlainValues.write(new @Nullable Object[] {result.passed ? value : null}, attachment)
                : null;
        if (plain != null) {
            return checkSize(new Encoded(plain, attachment), "the result");
        }
        byte[] mapped = Mapped.write(marshaller.mapper(), generator -> result.write(generator, value, attachment));
        return checkSize(new Encoded(mapped, attachment), "the result");
    }

    /**
     * Reads a result.
     *
     * @param offset where it begins in the bytes
     * @throws MarshallingException if it cannot be rebuilt
     */
    public @Nullable Object decodeResult(byte[] bytes, int offset, byte @Nullable [] attachment) {
        if (PlainValues.isPlain(bytes, offset)) {
            return plain(bytes, offset, bytes.length - offset, attachment, result)[0];
        }
        try (JsonParser parser = marshaller.mapper().createParser(bytes, offset, bytes.length - offset)) {
            parser.nextToken();
            return result.read(parser, attachment);
        }
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
                        displayName + ": " + declared[i].name + " ("
                                + declared[i].type().toCanonical() + ") cannot be "
                                + (values[i] == null
                                        ? "null"
                                        : values[i].getClass().getName()),
                        null);
            }
        }
        return values;
    }

    private Encoded checkSize(Encoded encoded, String what) {
        if (encoded.size() > (long) marshaller.maxPayload() + OVERHEAD) {
            throw new MarshallingException(
                    displayName + ": " + what + " take " + Sizes.text(encoded.size()) + ", more than max-payload: "
                            + Sizes.text(marshaller.maxPayload())
                            + ". Pass a reference (a path, an id), or raise max-payload",
                    null);
        }
        return encoded;
    }

    /** Refuses what can be seen never to cross. */
    void check() {
        SignatureCheck check = new SignatureCheck(displayName);
        for (Value parameter : parameters) {
            if (parameter.passed) {
                check.check(parameter.name, parameter.type());
            }
        }
        check.check(result.name, result.type());
    }

    /** One parameter, or the result. */
    private final class Value {
        private final String name;
        private final Type declared;
        private final boolean passed;
        private final boolean plain; // it needs no mapper
        private final boolean bytes; // its value may cross beside the others
        private final boolean isOptional; // an empty one is written as null, and is not null
        private final @Nullable Class<?> boxed; // what is declared, if it is a class
        private volatile @Nullable JavaType type; // made by whoever comes first, or twice
        private volatile @Nullable ObjectWriter writer;
        private volatile @Nullable ObjectReader reader;

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
            this.isOptional =
                    OPTIONALS.contains(declared instanceof ParameterizedType generic ? generic.getRawType() : declared);
        }

        JavaType type() {
            JavaType made = type;
            if (made == null) {
                made = Types.FACTORY.constructType(declared);
                type = made;
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

        private ObjectWriter writer() {
            ObjectWriter made = writer;
            if (made == null) {
                made = marshaller.mapper().writerFor(type());
                writer = made;
            }
            return made;
        }

        private ObjectReader reader() {
            ObjectReader made = reader;
            if (made == null) {
                // one of several values in a row: what follows it is the next one
                made = marshaller.mapper().readerFor(type()).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
                reader = made;
            }
            return made;
        }

        byte @Nullable [] attachable(@Nullable Object value) {
            return bytes && value instanceof byte[] array && array.length >= Encoded.ATTACHED_FROM ? array : null;
        }

        /** What crosses as an attachment leaves {@code true} in its place, which no array is written as. */
        void write(JsonGenerator generator, @Nullable Object value, byte @Nullable [] attachment) {
            if (value == null || !passed) {
                generator.writeNull();
                return;
            }
            if (bytes && value == attachment) {
                generator.writeBoolean(true);
                return;
            }
            try {
                writer().writeValue(generator, value);
            } catch (RuntimeException | StackOverflowError e) {
                throw failure("cannot be written", value.getClass(), e);
            }
        }

        @Nullable
        Object read(JsonParser parser, byte @Nullable [] attachment) {
            if (bytes && attachment != null && parser.currentToken() == JsonToken.VALUE_TRUE) {
                return attachment;
            }
            if (parser.currentToken() == JsonToken.VALUE_NULL && !type().isPrimitive() && !isOptional) {
                return null;
            }
            try {
                return reader().readValue(parser);
            } catch (RuntimeException | StackOverflowError e) {
                throw failure("cannot be rebuilt", type().getRawClass(), e);
            }
        }

        private MarshallingException failure(String what, Class<?> actual, Throwable e) {
            String path = e instanceof DatabindException databind ? path(databind) : "";
            String why = e instanceof DatabindException databind ? databind.getOriginalMessage() : e.toString();
            Throwable cause = e instanceof DatabindException && e.getCause() != null ? e.getCause() : e;
            return new MarshallingException(
                    displayName + ": " + name + " (" + type().toCanonical() + ") " + what
                            + (path.isEmpty() ? "" : " at " + actual.getSimpleName() + path) + ": " + why
                            + ". Pass an id or a plain data object (DTO)",
                    cause);
        }

        private String path(DatabindException e) {
            List<tools.jackson.core.JacksonException.Reference> path = e.getPath();
            return path.stream()
                    .limit(12)
                    .map(part ->
                            part.getPropertyName() != null ? "." + part.getPropertyName() : "[" + part.getIndex() + "]")
                    .collect(Collectors.joining());
        }
    }

    @Override
    public String toString() {
        return method.toGenericString();
    }
}
