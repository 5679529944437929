package io.github.inparallel.marshal;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/** What the type variables of a generic base class stand for in the class of the bean. */
final class OwnerTypes {

    private OwnerTypes() {}

    /** @return the type as it is, where there are none; a class where that says all */
    static Type resolved(Type type, Method method, Class<?> owner) {
        Class<?> declaring = method.getDeclaringClass();
        if (type instanceof Class
                || declaring == owner
                || declaring.getTypeParameters().length == 0
                || !declaring.isAssignableFrom(owner)) {
            return type;
        }
        TypeFactory types = TypeFactory.createDefaultInstance();
        JavaType base = types.constructType(owner).findSuperType(declaring);
        if (base == null) {
            return type;
        }
        JavaType resolved = types.resolveMemberType(type, base.getBindings());
        return resolved.getBindings().isEmpty() && !resolved.isArrayType() ? resolved.getRawClass() : resolved;
    }
}
