package io.github.inparallel.marshal;

import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.ResolvedRecursiveType;
import tools.jackson.databind.type.TypeFactory;

/** Which codec is for which type. Thread-safe: what two make at once is alike, and the first is kept. */
final class Codecs {

    private final TypeFactory types = TypeFactory.createDefaultInstance();
    private final Map<JavaType, Codec> declared = new ConcurrentHashMap<>();
    private final Map<JavaType, Codec> exact = new ConcurrentHashMap<>();
    private final JacksonTypes jackson;
    private final boolean isSerial;

    Codecs(JacksonTypes jackson, boolean isSerial) {
        this.jackson = jackson;
        this.isSerial = isSerial;
        jackson.bind(this);
    }

    /** Whether transient fields are left out, as Java's serialization does. */
    boolean isSerial() {
        return isSerial;
    }

    JavaType type(Type type) {
        return types.constructType(type);
    }

    /** That of the objects of a primitive type. */
    JavaType boxed(JavaType type) {
        return type.isPrimitive()
                ? types.constructType(
                        MethodType.methodType(type.getRawClass()).wrap().returnType())
                : type;
    }

    /** Of a member of a class, whose type variables may be of that class. */
    JavaType memberType(Type type, JavaType owner) {
        return types.resolveMemberType(type, owner.getBindings());
    }

    /** A subclass, with what is known of its type variables. */
    JavaType specialized(JavaType type, Class<?> actual) {
        if (type.getRawClass() == actual) {
            return type;
        }
        try {
            return types.constructSpecializedType(type, actual);
        } catch (IllegalArgumentException e) {
            return types.constructType(actual);
        }
    }

    /** For a declared type, where values may be of subtypes. */
    Codec of(JavaType given) {
        // Jackson's word for the class itself, where a class has elements of its own type.
        JavaType type = given instanceof ResolvedRecursiveType itself ? itself.getSelfReferencedType() : given;
        Codec known = declared.get(type);
        if (known == null) {
            Codec made = make(type);
            Codec other = declared.putIfAbsent(type, made);
            known = other == null ? made : other;
        }
        return known;
    }

    private Codec make(JavaType type) {
        Class<?> raw = type.getRawClass();
        Codec known = jackson.isCustomized(type) ? exact(type) : ofJdk(type);
        if (known != null) {
            return known;
        }
        if (JsonNodeCodec.isFor(raw)) {
            return new JsonNodeCodec(raw);
        }
        if (Map.class.isAssignableFrom(raw) && KnownTypes.ownMap(raw.getName()) != null) {
            JavaType own = type.findSuperType(Map.class);
            return new MapCodec(type, content(own, 0), content(own, 1), this);
        }
        Refusal refusal = Refusal.of(raw);
        if (refusal != null) {
            return new RefusedCodec(type, refusal);
        }
        if (raw.isEnum() || raw.isRecord()) {
            return exact(type);
        }
        Codec own = Types.isAbstract(raw) ? null : exact(type);
        return own != null && Modifier.isFinal(raw.getModifiers()) ? own : new SubtypeCodec(type, this, own);
    }

    /** @return null for what is not the JDK's */
    private @Nullable Codec ofJdk(JavaType type) {
        Class<?> raw = type.getRawClass();
        if (raw.isArray()) {
            Scalar<?> whole = Scalars.of(raw);
            return whole != null ? whole : new ArrayCodec(type, this);
        }
        Scalar<?> scalar = Scalars.of(raw);
        if (scalar != null && !Scalars.hasOthersBelow(raw)) {
            return scalar;
        }
        if (!raw.isPrimitive() && !Types.isJdk(raw)) {
            return null;
        }
        Codec container = ContainerCodec.of(type, this);
        if (container != null) {
            return container;
        }
        if (Collection.class.isAssignableFrom(raw)) {
            JavaType own = type.findSuperType(Collection.class);
            return new CollectionCodec(type, content(own, 0), this);
        }
        if (Map.class.isAssignableFrom(raw)) {
            JavaType own = type.findSuperType(Map.class);
            return new MapCodec(type, content(own, 0), content(own, 1), this);
        }
        if (raw.isEnum()) {
            return exact(type);
        }
        Refusal refusal = Refusal.of(raw);
        if (refusal != null) {
            return new RefusedCodec(type, refusal);
        }
        return new AmongCodec(raw, this);
    }

    private static JavaType content(@Nullable JavaType type, int index) {
        return type == null || type.containedTypeCount() <= index
                ? TypeFactory.unknownType()
                : type.containedType(index);
    }

    /** For just this class. */
    Codec exact(JavaType type) {
        Codec known = exact.get(type);
        if (known == null) {
            Codec made = makeExact(type);
            Codec other = exact.putIfAbsent(type, made);
            known = other == null ? made : other;
        }
        return known;
    }

    private Codec makeExact(JavaType type) {
        Class<?> raw = type.getRawClass();
        if (jackson.isFor(type)) {
            Codec form = jackson.isNamed(type) ? null : FormCodec.of(type, this);
            return form == null ? new JacksonCodec(type, jackson) : form;
        }
        KnownTypes.Replacement<?, ?> replacement = KnownTypes.replacementOf(raw);
        if (replacement != null) {
            return new ReplacementCodec<>(replacement, new Lazy(this, memberType(replacement.as(), type)));
        }
        if (raw.isEnum()) {
            return new EnumCodec(raw);
        }
        if (raw.isRecord()) {
            return new RecordCodec(type, this);
        }
        Refusal refusal = Refusal.of(raw);
        if (refusal == null && OwnCollectionCodec.isFor(raw)) {
            return new OwnCollectionCodec(type, this);
        }
        refusal = refusal == null ? Refusal.ofState(raw) : refusal;
        return refusal == null ? new ObjectCodec(type, this) : new RefusedCodec(type, refusal);
    }
}
