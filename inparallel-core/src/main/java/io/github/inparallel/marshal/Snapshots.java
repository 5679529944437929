package io.github.inparallel.marshal;

import io.github.inparallel.marshal.FieldValues.NotCrossing;
import io.github.inparallel.marshal.FieldValues.Pending;
import io.github.inparallel.marshal.FieldValues.Unresolved;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a few interfaces whose classes are not known, or belong to one process: violations of constraints, places in
 * documents. What their methods tell crosses, and what arrives tells the same, as far as that is simple.
 */
final class Snapshots {

    /** The number in this list crosses, not a name. */
    private static final List<String> TYPES = List.of(
            "jakarta.validation.ConstraintViolation",
            "jakarta.validation.Path",
            "jakarta.validation.Path$Node",
            "javax.xml.transform.SourceLocator");

    private static final ClassValue<Integer> NUMBERS = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            int own = TYPES.indexOf(type.getName());
            for (Class<?> each : type.getInterfaces()) {
                own = Math.max(own, get(each));
            }
            return type.getSuperclass() == null ? own : Math.max(own, get(type.getSuperclass()));
        }
    };

    private Snapshots() {}

    /** A constant of an enum that a method declares. */
    record Kind(String name) {}

    /** Makes what came into what a method returns. */
    interface Resolver {
        @Nullable
        Object resolve(@Nullable Object value, Type declared) throws NotCrossing, Pending;
    }

    /** @return negative if it is of none of the interfaces */
    static int typeOf(Class<?> type) {
        return NUMBERS.get(type);
    }

    /** What its methods tell, by their names. */
    static Map<String, @Nullable Object> told(int number, Object value) {
        Map<String, @Nullable Object> told = new TreeMap<>();
        for (Method method : asked(interfaceOf(number, value.getClass()))) {
            try {
                Object answer = method.invoke(value);
                told.put(method.getName(), answer instanceof Enum<?> constant ? new Kind(constant.name()) : answer);
            } catch (ReflectiveOperationException e) {
                // it does not tell
            }
        }
        return told;
    }

    static List<@Nullable Object> items(Object value, int most) {
        List<@Nullable Object> items = new ArrayList<>();
        if (value instanceof Iterable<?> several) {
            for (Object each : several) {
                if (items.size() < most) {
                    items.add(each);
                }
            }
        }
        return items;
    }

    private static Class<?> interfaceOf(int number, Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Class<?> parent : each.getInterfaces()) {
                if (typeOf(parent) == number) {
                    return parent.getName().equals(TYPES.get(number)) ? parent : interfaceOf(number, parent);
                }
            }
        }
        throw new IllegalStateException(type + " is no " + TYPES.get(number));
    }

    private static List<Method> asked(Class<?> type) {
        List<Method> asked = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (method.getParameterCount() == 0
                    && !Modifier.isStatic(method.getModifiers())
                    && method.getReturnType() != void.class
                    && method.getDeclaringClass() != Iterable.class
                    && !method.getName().equals("iterator")
                    && !method.getName().equals("toString")) {
                asked.add(method);
            }
        }
        return asked;
    }

    static Object rebuild(Unresolved.Snapshot from, Resolver resolver, ClassLoader loader) throws NotCrossing, Pending {
        if (from.type() < 0 || from.type() >= TYPES.size()) {
            throw new NotCrossing();
        }
        Class<?> type = NamedTypes.find(TYPES.get(from.type()), loader);
        if (type == null || !type.isInterface()) {
            throw new NotCrossing();
        }
        Map<String, @Nullable Object> told = new HashMap<>();
        for (Method method : asked(type)) {
            Object value = resolver.resolve(from.told().get(method.getName()), method.getReturnType());
            told.put(method.getName(), value != null || !method.getReturnType().isPrimitive() ? value : zero(method));
        }
        List<@Nullable Object> items = new ArrayList<>();
        for (Object item : from.items()) {
            items.add(resolver.resolve(item, Object.class));
        }
        return Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new Teller(type, from.text(), told, items));
    }

    private static Object zero(Method method) {
        return method.getReturnType() == boolean.class ? false : (Object) 0;
    }

    /** Tells what it was told. */
    private record Teller(Class<?> type, String text, Map<String, @Nullable Object> told, List<@Nullable Object> items)
            implements InvocationHandler {

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
                throws Throwable {
            String name = method.getName();
            if (arguments != null && arguments.length == 1) {
                Object argument = arguments[0];
                if (name.equals("equals")) {
                    return argument != null
                            && Proxy.isProxyClass(argument.getClass())
                            && equals(Proxy.getInvocationHandler(argument));
                } else if (argument instanceof Class<?> wanted && method.getReturnType() != void.class) {
                    return wanted.cast(proxy); // unwrap, as
                }
            }
            if (name.equals("toString")) {
                return text;
            } else if (name.equals("hashCode")) {
                return text.hashCode();
            } else if (name.equals("iterator")) {
                Iterator<@Nullable Object> iterator = List.copyOf(items).iterator();
                return iterator;
            }
            return method.isDefault() && !told.containsKey(name)
                    ? InvocationHandler.invokeDefault(proxy, method, arguments == null ? new Object[0] : arguments)
                    : told.get(name);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Teller teller
                    && type == teller.type
                    && text.equals(teller.text)
                    && told.equals(teller.told);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }
}
