package io.github.inparallel.marshal;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.TaskOptions;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One method that runs elsewhere: how both sides name it, and how its arguments and result are written. Immutable; made
 * once for each method on each side.
 */
public final class TaskMethod {

    private static final Set<Class<?>> FUTURES =
            Set.of(TaskFuture.class, CompletableFuture.class, CompletionStage.class, Future.class);

    private final String target;
    private final String id;
    private final Method method;
    private final Limits limits;
    private final MethodCodec codec;
    private final int optionsIndex;

    /**
     * @param target how the worker finds the object: a bean's name, or a class name
     * @param method the method that declares parameters and result
     * @param owner the class of the object, which may say what type variables of the method's class stand for
     * @param resultType what crosses as the result, without the future around it
     */
    public TaskMethod(
            String target, Method method, Class<?> owner, Type resultType, Limits limits, Marshaller marshaller) {
        this.target = target;
        this.method = method;
        this.limits = limits;
        this.optionsIndex = Arrays.asList(method.getParameterTypes()).indexOf(TaskOptions.class);
        this.codec = new MethodCodec(method, owner, resultType, displayName(method), marshaller);
        this.id = id(target, codec.key());
    }

    /** A method whose result is what it declares, or what the future that it declares is of. */
    public static TaskMethod of(String target, Method method, Limits limits, Marshaller marshaller) {
        return of(target, method, method.getDeclaringClass(), limits, marshaller);
    }

    /** The same, of an object whose class says what type variables of the method's class stand for. */
    public static TaskMethod of(String target, Method method, Class<?> owner, Limits limits, Marshaller marshaller) {
        return new TaskMethod(target, method, owner, resultType(method), limits, marshaller);
    }

    /** Whether callers of the method get a future at once. */
    public static boolean returnsFuture(Method method) {
        return FUTURES.contains(method.getReturnType());
    }

    private static Type resultType(Method method) {
        if (!returnsFuture(method)) {
            return method.getGenericReturnType();
        }
        return method.getGenericReturnType() instanceof ParameterizedType future
                ? future.getActualTypeArguments()[0]
                : Object.class;
    }

    /** {@code SimpleClass.method}, as metrics and messages name it. */
    public static String displayName(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    /** Name and parameter types: what tells overloads apart. */
    public static String key(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getName)
                        .collect(Collectors.joining(",", "(", ")"));
    }

    public String target() {
        return target;
    }

    /** What tells a method from others, of what both sides name it by. */
    public static String id(String target, String key) {
        return target + "#" + key;
    }

    /** What tells the method from others: its target and its key. */
    public String id() {
        return id;
    }

    public Method method() {
        return method;
    }

    public String key() {
        return codec.key();
    }

    public String displayName() {
        return codec.displayName();
    }

    public Limits limits() {
        return limits;
    }

    public MethodCodec codec() {
        return codec;
    }

    /** Limits that the caller passed as an argument; as declared where the method takes none or the caller gave null. */
    public TaskOptions optionsOf(@Nullable Object[] arguments) {
        return optionsIndex >= 0 && arguments[optionsIndex] instanceof TaskOptions options
                ? options
                : TaskOptions.declared();
    }

    /** A method whose parameters or result can be seen not to cross is refused at start. */
    public void check() throws MarshallingException {
        codec.check();
    }
}
