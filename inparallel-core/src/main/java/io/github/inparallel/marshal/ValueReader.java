package io.github.inparallel.marshal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Where the values of one argument list, or one result, are read from. Of one thread. */
final class ValueReader {

    /** Nothing that is open. */
    static final int CLOSED = Integer.MAX_VALUE;

    private static final int MOST_PASSES = 5;

    /** What may be referred to. */
    private static final class Shared {
        @Nullable
        Object value; // once it is made

        int open = CLOSED; // the first one that has to be read to its end before this one has all that it has
    }

    /** An object that is only named so far. */
    private record Waiting(Codec codec, Object value) {}

    /** Fills what goes by hash codes or order, anew each time; says what is wrong with it now. */
    interface Filling {
        @Nullable
        ValueFailure fill();
    }

    private final ClassLoader loader;
    private final int mostElements;
    private JsonParser parser; // another one while a value is read that the mapper has put aside
    private @Nullable List<Shared> shared;
    private final Map<String, Class<?>> classes = new HashMap<>(0);
    private final Queue<Waiting> waiting = new ArrayDeque<>(0);
    private final List<Filling> fillings = new ArrayList<>(0); // when what they take has all that it has
    private final List<Runnable> checks = new ArrayList<>(0); // after these
    private final List<Shared> unclosed = new ArrayList<>(0);
    private int open = CLOSED; // the first object that is not read to its end and that what is being read refers to
    private @Nullable Given given; // of the innermost object that a mapper reads
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
        return token == JsonToken.VALUE_NUMBER_INT
                ? referred(known, codec, parser.getIntValue())
                : shared(known, codec);
    }

    private Object shared(List<Shared> known, Codec codec) {
        int index = known.size();
        Shared own = new Shared();
        known.add(own);
        next = own;
        int before = begin();
        int firstFilling = fillings.size();
        int firstCheck = checks.size();
        own.open = index;
        own.value = codec.read(this);
        own.open = open;
        if (open >= index) { // what it refers to is there
            open = CLOSED;
            own.open = CLOSED;
            while (!unclosed.isEmpty() && unclosed.get(unclosed.size() - 1).open >= index) {
                unclosed.remove(unclosed.size() - 1).open = CLOSED;
            }
            settle(firstFilling, firstCheck);
        } else {
            unclosed.add(own);
        }
        end(before);
        return own.value;
    }

    private Object referred(List<Shared> known, Codec codec, int id) {
        if (id == known.size() && codec.isMadeFirst()) {
            Shared named = new Shared();
            named.value = codec.make();
            named.open = -1; // it waits for the end
            known.add(named);
            waiting.add(new Waiting(codec, named.value));
        }
        Shared before = id >= 0 && id < known.size() ? known.get(id) : null;
        if (before == null) {
            throw ValueFailure.malformed("a reference to nothing");
        }
        if (before.value == null) {
            throw ValueFailure.because(
                    "a cycle leads back into what can only be made when its parts are there",
                    "Use a class instead of the record, or a collection that can be changed");
        }
        if (!codec.mayBe(before.value)) {
            throw ValueFailure.malformed("a reference to an object of another class");
        }
        open = Math.min(open, before.open);
        return before.value;
    }

    /** Before something is read of which is to be known whether it has all that it has. */
    int begin() {
        int before = open;
        open = CLOSED;
        return before;
    }

    /**
     * Whether what was read since has all that it has: it refers to nothing that is still being read.
     *
     * @param before what {@link #begin()} returned
     */
    boolean end(int before) {
        boolean closed = open == CLOSED;
        open = Math.min(before, open);
        return closed;
    }

    /** Whether something is to be filled that was read since. */
    int fillings() {
        return fillings.size();
    }

    /** @return the one before */
    @Nullable
    Given given(@Nullable Given next) {
        Given before = given;
        given = next;
        return before;
    }

    /** What the creator is given that is called next. */
    Given given() {
        return Objects.requireNonNull(given, "no creator");
    }

    /** The object that is being read has been made, and can be referred to before all that it has is read. */
    <T> T made(T value) {
        if (next != null) {
            next.value = value;
            next = null;
        }
        return value;
    }

    /** Fills something, when what it takes has all that it has. */
    void fill(boolean now, Filling filling) {
        if (!now) {
            fillings.add(filling);
            return;
        }
        ValueFailure failure = filling.fill();
        if (failure != null) {
            throw failure;
        }
    }

    /** Checks what was made of something that is to be filled. */
    void check(Runnable check) {
        checks.add(check);
    }

    /** Those that take one another may need more than one pass until their hash codes are what they will be. */
    private void settle(int firstFilling, int firstCheck) {
        List<Filling> now = fillings.subList(firstFilling, fillings.size());
        ValueFailure failure = null;
        for (int pass = 0; pass < (now.size() < 2 ? now.size() : MOST_PASSES); pass++) {
            ValueFailure first = null;
            for (Filling each : now) {
                ValueFailure wrong = each.fill();
                first = first == null ? wrong : first;
            }
            boolean isStable = pass > 0 && failure == null && first == null;
            failure = first;
            if (isStable) {
                break;
            }
        }
        now.clear();
        if (failure != null) {
            throw failure;
        }
        List<Runnable> then = checks.subList(firstCheck, checks.size());
        then.forEach(Runnable::run);
        then.clear();
    }

    /** What is only named so far, and what waits for that. */
    void finish() {
        for (Waiting named = waiting.poll(); named != null; named = waiting.poll()) {
            next();
            named.codec.readInto(this, named.value);
        }
        settle(0, 0);
    }
}
