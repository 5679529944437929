package io.github.inparallel.spring;

import io.github.inparallel.marshal.KnownTypes;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.LinkedCaseInsensitiveMap;

/**
 * Knows some of Spring's own types: which classes stand for its interfaces, and headers, whose map pays no regard to
 * case. Types are named by strings, since Spring's web and data modules may not be there.
 */
public final class SpringTypes implements KnownTypes {

    private static final Map<String, List<String>> IMPLEMENTATIONS = Map.of(
            "org.springframework.util.MultiValueMap",
            List.of(
                    "org.springframework.util.LinkedMultiValueMap",
                    "org.springframework.util.MultiValueMapAdapter",
                    "org.springframework.util.UnmodifiableMultiValueMap"),
            "org.springframework.data.domain.Pageable",
            List.of("org.springframework.data.domain.PageRequest", "org.springframework.data.domain.Unpaged"),
            "org.springframework.security.core.GrantedAuthority",
            List.of("org.springframework.security.core.authority.SimpleGrantedAuthority"),
            "org.springframework.http.HttpHeaders",
            List.of("org.springframework.http.ReadOnlyHttpHeaders"));

    /** Headers in the form in which they cross. */
    record Lines(LinkedHashMap<String, List<String>> lines) {}

    @Override
    public Collection<Class<?>> implementationsOf(Class<?> declared) {
        List<Class<?>> found = new ArrayList<>();
        for (String name : IMPLEMENTATIONS.getOrDefault(declared.getName(), List.of())) {
            Class<?> implementation = named(name, declared.getClassLoader());
            if (implementation != null && declared.isAssignableFrom(implementation)) {
                found.add(implementation);
            }
        }
        return found;
    }

    @Override
    public Collection<Replacement<?, ?>> replacements() {
        Class<?> headers = named("org.springframework.http.HttpHeaders", SpringTypes.class.getClassLoader());
        Class<?> readOnly = named("org.springframework.http.ReadOnlyHttpHeaders", SpringTypes.class.getClassLoader());
        try {
            if (headers == null || readOnly == null) {
                return List.of();
            }
            Headers all = Headers.of(headers);
            return List.of(
                    replacement(headers, all::lines, all::restored),
                    replacement(readOnly, all::lines, lines -> all.readOnly(all.restored(lines))));
        } catch (ReflectiveOperationException e) {
            return List.of(); // another version of Spring: by field, as any other object
        }
    }

    /** Maps that pay no regard to case, such as the rows of {@code JdbcTemplate}. */
    @Override
    public Collection<OwnMap<?>> maps() {
        return List.of(new OwnMap<>(
                LinkedCaseInsensitiveMap.class,
                map -> map.getLocale().equals(Locale.getDefault()),
                true,
                LinkedCaseInsensitiveMap::new));
    }

    private static <T> Replacement<T, Lines> replacement(
            Class<T> type,
            java.util.function.Function<Object, Lines> replacing,
            java.util.function.Function<Lines, Object> restoring) {
        return new Replacement<>(type, Lines.class, replacing::apply, lines -> type.cast(restoring.apply(lines)));
    }

    private static @Nullable Class<?> named(String name, @Nullable ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /** Methods of {@code HttpHeaders}, called by reflection. */
    private record Headers(Constructor<?> constructor, Method entries, Method addAll, Method readOnly) {

        static Headers of(Class<?> type) throws ReflectiveOperationException {
            return new Headers(
                    type.getConstructor(),
                    type.getMethod("headerSet"),
                    type.getMethod("addAll", String.class, List.class),
                    type.getMethod("readOnlyHttpHeaders", type));
        }

        Lines lines(Object headers) {
            LinkedHashMap<String, List<String>> lines = new LinkedHashMap<>();
            for (Object each : (Collection<?>) call(entries, headers)) {
                Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
                List<String> values = new ArrayList<>();
                ((List<?>) entry.getValue()).forEach(value -> values.add((String) value));
                lines.put((String) entry.getKey(), values);
            }
            return new Lines(lines);
        }

        Object restored(Lines lines) {
            try {
                Object headers = constructor.newInstance();
                lines.lines().forEach((name, values) -> call(addAll, headers, name, values));
                return headers;
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        Object readOnly(Object headers) {
            return call(readOnly, null, headers);
        }

        @SuppressWarnings("NullAway") // what is asked for is there; what returns nothing is not asked
        private static Object call(Method method, @Nullable Object target, Object... arguments) {
            try {
                return method.invoke(target, arguments);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
