package io.github.inparallel.marshal;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a library's types, from whoever knows that library. Found by {@link ServiceLoader}; not for users, who
 * have Jackson's modules.
 */
public interface KnownTypes {

    /** Which classes may stand where a library's base type is declared. */
    default Collection<Class<?>> implementationsOf(Class<?> declared) {
        return List.of();
    }

    /** Classes that cross as something else. */
    default Collection<Replacement<?, ?>> replacements() {
        return List.of();
    }

    /**
     * A class whose objects cross as others, from which they are made again.
     *
     * @param type the class, and no subclass of it
     * @param as the generic type that crosses
     */
    record Replacement<T, R>(Class<T> type, Type as, Function<T, R> replacing, Function<R, T> restoring) {}

    /** Maps of libraries that find their keys in ways of their own. */
    default Collection<OwnMap<?>> maps() {
        return List.of();
    }

    /**
     * A map that is made again as the same class.
     *
     * @param type the class, and no subclass of it
     * @param isStandard whether it is as an empty one that is made
     * @param ignoresCase whether it finds its keys in any case
     */
    record OwnMap<M extends Map<?, ?>>(Class<M> type, Predicate<M> isStandard, boolean ignoresCase, Supplier<M> empty) {
        boolean is(Map<?, ?> value) {
            return value.getClass() == type && isStandard.test(type.cast(value));
        }
    }

    /** All that are there; loaded with the first value that is written by its fields. */
    final class All {
        private static final List<KnownTypes> FOUND = found();
        private static final List<OwnMap<?>> MAPS =
                FOUND.stream().flatMap(each -> each.maps().stream()).collect(Collectors.toUnmodifiableList());

        private All() {}

        private static List<KnownTypes> found() {
            List<KnownTypes> found = new ArrayList<>();
            ServiceLoader.load(KnownTypes.class, KnownTypes.class.getClassLoader())
                    .forEach(found::add);
            return List.copyOf(found);
        }
    }

    static boolean mayStandFor(Class<?> declared, Class<?> actual) {
        return All.FOUND.stream()
                .anyMatch(known -> known.implementationsOf(declared).contains(actual));
    }

    static boolean hasImplementations(Class<?> declared) {
        return All.FOUND.stream()
                .anyMatch(known -> !known.implementationsOf(declared).isEmpty());
    }

    static boolean isOwnMap(Map<?, ?> value) {
        return !Types.isJdk(value.getClass()) && All.MAPS.stream().anyMatch(each -> each.is(value));
    }

    /** @return null if there is none of this name */
    static @Nullable OwnMap<?> ownMap(String name) {
        return All.MAPS.stream()
                .filter(each -> each.type().getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** @return null if there is none */
    static @Nullable OwnMap<?> mapIgnoringCase() {
        return All.MAPS.stream().filter(OwnMap::ignoresCase).findFirst().orElse(null);
    }

    static @Nullable Replacement<?, ?> replacementOf(Class<?> type) {
        for (KnownTypes known : All.FOUND) {
            for (Replacement<?, ?> each : known.replacements()) {
                if (each.type() == type) {
                    return each;
                }
            }
        }
        return null;
    }
}
