package io.github.inparallel.marshal;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.stream.Collectors;
import tools.jackson.databind.JavaType;

/** Types as people write them: {@code Map<String, List<Order>>}. */
final class TypeText {

    private TypeText() {}

    static String of(Object type) {
        if (type instanceof JavaType resolved) {
            return of(resolved);
        }
        if (type instanceof ParameterizedType generic) {
            return of(generic.getRawType())
                    + Arrays.stream(generic.getActualTypeArguments())
                            .map(TypeText::of)
                            .collect(Collectors.joining(", ", "<", ">"));
        }
        if (type instanceof GenericArrayType array) {
            return of(array.getGenericComponentType()) + "[]";
        }
        if (type instanceof WildcardType wildcard) {
            return wildcard.getLowerBounds().length > 0
                    ? "? super " + of(wildcard.getLowerBounds()[0])
                    : wildcard.getUpperBounds()[0] == Object.class
                            ? "?"
                            : "? extends " + of(wildcard.getUpperBounds()[0]);
        }
        return type instanceof Class<?> raw ? raw.getSimpleName() : ((Type) type).getTypeName();
    }

    private static String of(JavaType type) {
        if (type.isArrayType()) {
            return of(type.getContentType()) + "[]";
        }
        String raw = type.getRawClass().getSimpleName();
        return type.getBindings().isEmpty()
                ? raw
                : raw
                        + type.getBindings().getTypeParameters().stream()
                                .map(TypeText::of)
                                .collect(Collectors.joining(", ", "<", ">"));
    }
}
