package io.github.inparallel.marshal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;

/**
 * Where a class is declared that others extend, or an interface of the application's own: an object of the declared class
 * is written as that, one of another class with the name of its class before it. The name is looked up in the class loader
 * of the bean, without initialising the class, and must be that of a subtype.
 */
final class SubtypeCodec extends Codec {

    private final JavaType type;
    private final Class<?> declared;
    private final Codecs codecs;
    private final Map<Class<?>, Codec> byClass = new ConcurrentHashMap<>(); // of those that were found to fit
    private final @Nullable ObjectCodec own; // of the declared class; null where its objects say their class too

    SubtypeCodec(JavaType type, Codecs codecs, @Nullable Codec own) {
        this.type = type;
        this.declared = type.getRawClass();
        this.codecs = codecs;
        this.own = own instanceof ObjectCodec fields ? fields : null;
    }

    @Override
    void write(ValueWriter out, Object given) {
        if (own != null && given.getClass() == declared) {
            out.write(own, given);
            return;
        }
        Object value = Persistence.unproxied(given);
        Class<?> actual = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        if (actual == declared && own != null) {
            out.write(own, value);
            return;
        }
        Codec codec = byClass.get(actual);
        if (codec == null) {
            check(value, actual);
            codec = codec(actual);
        }
        out.generator().writeStartArray();
        out.generator().writeString(actual.getName());
        out.write(codec, value);
        out.generator().writeEndArray();
    }

    private Codec codec(Class<?> actual) {
        return byClass.computeIfAbsent(actual, each -> codecs.exact(codecs.specialized(type, each)));
    }

    private void check(Object value, Class<?> actual) {
        if (Types.isGenerated(actual)) {
            throw ValueFailure.of(
                    value,
                    type,
                    "its class was made while this process runs, and others do not know it",
                    "Pass an object of a class that is written, or the data itself");
        }
        if (actual != declared && !Types.mayStandFor(declared, actual)) {
            throw ValueFailure.of(value, type, "it would arrive as a " + declared.getSimpleName(), "Declare its class");
        }
    }

    @Override
    Object read(ValueReader in) {
        if (own != null && in.parser().currentToken() != JsonToken.START_ARRAY) {
            Object value = in.read(own);
            if (value == null) {
                throw ValueFailure.malformed("null where an object should be");
            }
            return value;
        }
        String name = Scalars.first(in, Scalars::string);
        Class<?> before = in.known(name);
        Codec codec = before == null ? null : byClass.get(before);
        if (codec == null) {
            Class<?> actual = named(in, name);
            in.know(name, actual);
            codec = codec(actual);
        }
        Object value = in.readNext(codec);
        in.nextIs(JsonToken.END_ARRAY);
        if (!declared.isInstance(value)) {
            throw ValueFailure.malformed("no " + declared.getSimpleName());
        }
        return value;
    }

    private Class<?> named(ValueReader in, String name) {
        Class<?> actual = name.equals(declared.getName()) ? declared : NamedTypes.find(name, in.loader());
        if (actual == null
                || actual == declared && Types.isAbstract(declared)
                || actual != declared && !Types.mayStandFor(declared, actual)) {
            throw ValueFailure.malformed("there is no subclass of " + declared.getSimpleName() + " with this name");
        }
        return actual;
    }
}
