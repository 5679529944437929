package io.github.inparallel.marshal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * Which types a mapper writes: those that say themselves how they are made or written ({@code @JsonCreator},
 * {@code @JsonValue}, serializers that they name), and those for which the user's modules have something.
 */
final class JacksonTypes {

    private final boolean hasModules;
    private final Function<Codecs, ObjectMapper> making;
    private @Nullable Codecs codecs; // set before it is used
    private volatile @Nullable ObjectMapper mapper; // by whoever comes first, under the lock of this

    /** @param hasModules whether the user has customized the mapper */
    JacksonTypes(boolean hasModules, Function<Codecs, ObjectMapper> making) {
        this.hasModules = hasModules;
        this.making = making;
    }

    void bind(Codecs made) {
        codecs = made;
    }

    ObjectMapper mapper() {
        ObjectMapper made = mapper;
        return made != null ? made : made();
    }

    private synchronized ObjectMapper made() {
        ObjectMapper made = mapper;
        if (made == null) {
            made = making.apply(Objects.requireNonNull(codecs, "not bound"));
            mapper = made;
        }
        return made;
    }

    boolean isFor(JavaType type) {
        return !Types.isJdk(type.getRawClass()) && saysItself(type.getRawClass()) || isCustomized(type);
    }

    /** Whether somebody is named who writes or reads the type. */
    boolean isNamed(JavaType type) {
        return namesWriter(type.getRawClass()) || namesReader(type.getRawClass()) || isCustomized(type);
    }

    private static boolean saysItself(Class<?> raw) {
        if (namesWriter(raw) || namesReader(raw)) {
            return true;
        }
        boolean hasValue = false;
        boolean hasWriter = false;
        boolean hasReader = false;
        for (Class<?> each = raw; each != null && !Types.isJdk(each); each = each.getSuperclass()) {
            List<AnnotatedElement> members = new ArrayList<>(Arrays.asList(each.getDeclaredFields()));
            members.addAll(Arrays.asList(each.getDeclaredMethods()));
            hasWriter |= members.stream().anyMatch(JacksonTypes::namesWriter);
            hasReader |= members.stream().anyMatch(JacksonTypes::namesReader);
            hasValue |= members.stream()
                    .map(member -> member.getAnnotation(JsonValue.class))
                    .anyMatch(value -> value != null && value.value());
        }
        // of a member that is written in another way, but not read so, that way is for clients of the web
        if (hasWriter && hasReader) {
            return true;
        }
        if (raw.isEnum()) {
            return false; // by its name, whatever it says
        }
        return hasValue && hasCreator(raw, creator -> true) || hasCreator(raw, JacksonTypes::takesProperties);
    }

    /** Whether it names who writes it. */
    private static boolean namesWriter(AnnotatedElement element) {
        JsonSerialize written = element.getAnnotation(JsonSerialize.class);
        return written != null && !(isNone(written.using()) && isNone(written.converter()));
    }

    /** Whether it names who reads it. A builder need not be followed: what it has built has all its fields. */
    private static boolean namesReader(AnnotatedElement element) {
        JsonDeserialize read = element.getAnnotation(JsonDeserialize.class);
        return read != null && !(isNone(read.using()) && isNone(read.converter()));
    }

    private static boolean isNone(Class<?> named) {
        return named.getSimpleName().equals("None");
    }

    private static boolean hasCreator(Class<?> raw, Predicate<Executable> which) {
        List<Executable> makers = new ArrayList<>(Arrays.asList(raw.getDeclaredConstructors()));
        makers.addAll(Arrays.asList(raw.getDeclaredMethods()));
        return makers.stream().anyMatch(each -> {
            JsonCreator creator = each.getAnnotation(JsonCreator.class);
            return creator != null && creator.mode() != JsonCreator.Mode.DISABLED && which.test(each);
        });
    }

    /** One that takes the properties; one that takes another form of the whole is for what {@code @JsonValue} writes. */
    private static boolean takesProperties(Executable maker) {
        Parameter[] parameters = maker.getParameters();
        return switch (maker.getAnnotation(JsonCreator.class).mode()) {
            case PROPERTIES -> true;
            case DISABLED, DELEGATING -> false;
            default ->
                parameters.length > 1
                        || parameters.length == 1 && parameters[0].isAnnotationPresent(JsonProperty.class);
        };
    }

    /** Whether a module or a mix-in of the user's has something for the type. */
    boolean isCustomized(JavaType type) {
        if (!hasModules || type.isJavaLangObject()) {
            return false;
        }
        Class<?> mixIn = mapper().serializationConfig().findMixInClassFor(type.getRawClass());
        return mixIn != null && saysItself(mixIn) || isForeign(serializer(type));
    }

    private @Nullable Object serializer(JavaType type) {
        try {
            return mapper()._serializationContext().findValueSerializer(type);
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static boolean isForeign(@Nullable Object serializer) {
        return serializer != null && !serializer.getClass().getName().startsWith("tools.jackson.databind.");
    }

    /** Kotlin's module, where it is there. */
    static @Nullable JacksonModule kotlin() {
        try {
            Class<?> module = Class.forName("tools.jackson.module.kotlin.KotlinModule");
            Object builder = Class.forName("tools.jackson.module.kotlin.KotlinModule$Builder")
                    .getConstructor()
                    .newInstance();
            return (JacksonModule)
                    module.cast(builder.getClass().getMethod("build").invoke(builder));
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }
}
