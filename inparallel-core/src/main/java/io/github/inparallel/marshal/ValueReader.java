package io.github.inparallel.marshal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Where the values of one argument list, or one result, are read from. Of one thread. */
final class ValueReader {

    /** What may be referred to: an object, once it is made, and who reads it. */
    private static final class Shared {
        final Codec codec;

        @Nullable
        Object value;

        Shared(Codec codec) {
            this.codec = codec;
        }
    }

    private final ClassLoader loader;
    private final int mostElements;
    private JsonParser parser; // another one while a value is read that the mapper has put aside
    private @Nullable List<Shared> shared;
    private final Map<String, Class<?>> classes = new HashMap<>(0);
    private final List<Runnable> deferred = new ArrayList<>(0);
    private @Nullable Shared next; // the one that is to be made next

    /** @param mostElements no array that has to be there before its elements is longer */
    ValueReader(JsonParser parser, ClassLoader loader, int mostElements) {
        this.parser = parser;
        this.mostElements = mostElements;
        this.loader = loader;
    }

    JsonParser parser() {
        return parser;
    }

    /** @return the one before */
    JsonParser parser(JsonParser other) {
        JsonParser before = parser;
        parser = other;
        return before;
    }

    /** Finds the classes that values name. */
    ClassLoader loader() {
        return loader;
    }

    /** The class with this name, if it was looked up before. */
    @Nullable
    Class<?> known(String name) {
        return classes.get(name);
    }

    void know(String name, Class<?> type) {
        classes.put(name, type);
    }

    int mostElements() {
        return mostElements;
    }

    void withIdentities() {
        shared = new ArrayList<>();
    }

    boolean hasIdentities() {
        return shared != null;
    }

    /** The next token, of which there must be one. */
    JsonToken next() {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw ValueFailure.malformed("it ends within a value");
        }
        return token;
    }

    void expect(JsonToken token) {
        if (parser.currentToken() != token) {
            throw ValueFailure.malformed(parser.currentToken() + " where " + token + " should be");
        }
    }

    /** Moves on, to this. */
    void nextIs(JsonToken token) {
        next();
        expect(token);
    }

    /** Moves on, and reads. */
    @Nullable
    Object readNext(Codec codec) {
        next();
        return read(codec);
    }

    @Nullable
    Object read(Codec codec) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            if (!codec.takesNull()) {
                throw ValueFailure.malformed("null where a value should be");
            }
            return null;
        }
        List<Shared> known = shared;
        if (known == null || !codec.isShared()) {
            return codec.read(this);
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return referred(known, codec, parser.getIntValue());
        }
        Shared own = new Shared(codec);
        known.add(own);
        next = own;
        Object value = codec.read(this);
        own.value = value;
        return value;
    }

    private static Object referred(List<Shared> known, Codec codec, int id) {
        Shared before = id >= 0 && id < known.size() ? known.get(id) : null;
        if (before == null || before.codec != codec) {
            throw ValueFailure.malformed("a reference to nothing");
        }
        if (before.value == null) {
            throw ValueFailure.because(
                    "a cycle leads back into what can only be made when its parts are there",
                    "Use a class instead of the record, or a collection that can be changed");
        }
        return before.value;
    }

    /** The object that is being read has been made, and can be referred to before all that it has is read. */
    <T> T made(T value) {
        if (next != null) {
            next.value = value;
            next = null;
        }
        return value;
    }

    /** Does it when all objects have what they have: what depends on their hash codes or order. */
    void later(Runnable filling) {
        if (shared == null) {
            filling.run();
        } else {
            deferred.add(filling);
        }
    }

    void finish() {
        deferred.forEach(Runnable::run);
    }
}
