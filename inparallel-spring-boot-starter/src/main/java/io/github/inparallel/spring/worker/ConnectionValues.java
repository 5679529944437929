package io.github.inparallel.spring.worker;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.ClassUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads what connection details of the application answer, and gives the same answers by a stand-in in a worker.
 * Getters cross, and methods with one enum parameter, once for each constant. A value crosses if what is read back
 * equals it; parts that are interfaces of the details cross as the details do, and an SSL bundle as its name.
 */
final class ConnectionValues {

    private static final String VALUE = "value";
    private static final String TEXT = "text";
    private static final String PARTS = "parts";
    private static final String BUNDLE = "bundle";
    private static final String REFUSED = "refused";

    private final JsonMapper json;
    private final ObjectProvider<SslBundles> bundles;

    ConnectionValues(JsonMapper json, ObjectProvider<SslBundles> bundles) {
        this.json = json;
        this.bundles = bundles;
    }

    // ---- in the application

    /** @param refused gets the getters whose values cannot cross */
    ObjectNode read(Object details, Collection<Class<?>> types, List<String> refused) {
        ObjectNode values = json.createObjectNode();
        for (Class<?> type : types) {
            for (Method method : type.getMethods()) {
                if (Modifier.isStatic(method.getModifiers()) || method.getReturnType() == void.class) {
                    continue;
                }
                if (method.getParameterCount() == 0) {
                    values.set(method.getName(), answer(details, method, refused));
                } else if (hasOneEnum(method)) {
                    for (Object constant : method.getParameterTypes()[0].getEnumConstants()) {
                        values.set(key(method, constant), answer(details, method, refused, constant));
                    }
                }
            }
        }
        return values;
    }

    private static boolean hasOneEnum(Method method) {
        return method.getParameterCount() == 1 && method.getParameterTypes()[0].isEnum();
    }

    private static String key(Method method, Object constant) {
        return method.getName() + ":" + ((Enum<?>) constant).name();
    }

    private ObjectNode answer(Object details, Method method, List<String> refused, Object... arguments) {
        try {
            method.setAccessible(true); // an interface of the application need not be public
            return written(method, method.invoke(details, arguments), refused);
        } catch (InvocationTargetException e) {
            return json.createObjectNode().put(REFUSED, "fails in the application: " + e.getCause());
        } catch (IllegalAccessException | RuntimeException e) {
            refused.add(method.getName());
            return json.createObjectNode().put(REFUSED, "cannot be read: " + e);
        }
    }

    private ObjectNode written(Method method, @Nullable Object value, List<String> refused) {
        ObjectNode node = json.createObjectNode();
        if (value == null) {
            return node.putNull(VALUE);
        }
        if (value instanceof SslBundle bundle) {
            String name = name(bundle);
            if (name != null) {
                return node.put(BUNDLE, name);
            }
        } else if (isPart(method.getReturnType())) {
            node.set(PARTS, read(value, List.of(method.getReturnType()), refused));
            return node;
        } else if (readsBackAlike(method, value, node)) {
            return node;
        }
        refused.add(method.getName());
        return node.put(REFUSED, "is a " + value.getClass().getName() + ", which cannot cross to another process");
    }

    private @Nullable String name(SslBundle bundle) {
        SslBundles all = bundles.getIfAvailable();
        return all == null
                ? null
                : all.getBundleNames().stream()
                        .filter(name -> all.getBundle(name) == bundle)
                        .findFirst()
                        .orElse(null);
    }

    private static boolean isPart(Class<?> type) {
        Class<?> around = type.getEnclosingClass();
        return type.isInterface()
                && (ConnectionDetails.class.isAssignableFrom(type)
                        || around != null && ConnectionDetails.class.isAssignableFrom(around));
    }

    private boolean readsBackAlike(Method method, Object value, ObjectNode node) {
        try {
            JsonNode written = json.valueToTree(value);
            if (Objects.deepEquals(
                    json.treeToValue(written, json.constructType(method.getGenericReturnType())), value)) {
                node.set(VALUE, written);
                return true;
            }
        } catch (JacksonException e) {
            // another way, then
        }
        String text = value.toString();
        try {
            if (value.equals(value.getClass().getConstructor(String.class).newInstance(text))) {
                node.put(TEXT, text).put("class", value.getClass().getName());
                return true;
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false; // not made from its text
        }
        return false;
    }

    // ---- in a worker

    /** @param what names the details in messages */
    Object answering(String what, List<Class<?>> types, JsonNode values) {
        ClassLoader loader = types.get(0).getClassLoader();
        return Proxy.newProxyInstance(
                loader,
                types.toArray(Class<?>[]::new),
                (proxy, method, arguments) -> invoke(what, values, proxy, method, arguments));
    }

    private @Nullable Object invoke(
            String what, JsonNode values, Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> what + " of the application";
            };
        }
        JsonNode answer = values.get(
                arguments == null || arguments.length == 0
                        ? method.getName()
                        : hasOneEnum(method) && arguments[0] != null ? key(method, arguments[0]) : "");
        if (answer != null) {
            return given(what, answer, method);
        }
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        throw new IllegalStateException(what + ": what " + method.getName()
                + " answers depends on its arguments, so it is not known in a worker");
    }

    private @Nullable Object given(String what, JsonNode answer, Method method) throws ReflectiveOperationException {
        if (answer.has(REFUSED)) {
            throw new IllegalStateException(
                    what + ": " + method.getName() + " " + answer.get(REFUSED).asString());
        }
        if (answer.has(BUNDLE)) {
            return bundles.getObject().getBundle(answer.get(BUNDLE).asString());
        }
        if (answer.has(PARTS)) {
            return answering(what + ", " + method.getName(), List.of(method.getReturnType()), answer.get(PARTS));
        }
        if (answer.has(TEXT)) {
            Class<?> type = ClassUtils.resolveClassName(
                    answer.get("class").asString(), method.getDeclaringClass().getClassLoader());
            return type.getConstructor(String.class)
                    .newInstance(answer.get(TEXT).asString());
        }
        JsonNode value = answer.get(VALUE);
        return value.isNull() ? null : json.treeToValue(value, json.constructType(method.getGenericReturnType()));
    }
}
