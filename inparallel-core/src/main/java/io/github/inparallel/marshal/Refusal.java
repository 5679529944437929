package io.github.inparallel.marshal;

import java.io.Closeable;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Why no value of a type crosses.
 *
 * @param why what it is
 * @param instead what to pass
 */
record Refusal(String why, String instead) {

    private static final Refusal OF_THE_JDK = new Refusal(
            "it is a class of the JDK of which only the JDK knows what it is made of",
            "Pass what it says as text, numbers or a data object");

    private static final String DECLARE = "Declare the class itself, or a sealed or abstract type of your own";

    /** By the name of the type, or of one above it: most are of libraries that may not be there. */
    private static final Map<String, Refusal> KNOWN = new LinkedHashMap<>();

    static {
        refuse(
                "it is a file that was uploaded with this request",
                "Pass its getBytes(), or the path of a file that transferTo() has written",
                "org.springframework.web.multipart.MultipartFile",
                "org.springframework.http.codec.multipart.Part",
                "jakarta.servlet.http.Part");
        refuse(
                "it is a handle to something that this process can open",
                "Pass its getContentAsByteArray(), or its location, to be opened there",
                "org.springframework.core.io.InputStreamSource");
        refuse(
                "it belongs to a request that this process answers",
                "Pass what is needed of it: parameters, headers, the body",
                "jakarta.servlet.ServletRequest",
                "jakarta.servlet.ServletResponse",
                "jakarta.servlet.http.HttpSession",
                "jakarta.servlet.ServletContext",
                "org.springframework.http.HttpMessage",
                "org.springframework.web.server.ServerWebExchange",
                "org.springframework.web.context.request.RequestAttributes",
                "org.springframework.web.servlet.function.ServerRequest",
                "org.springframework.web.reactive.function.server.ServerRequest");
        refuse(
                "it gives its values as they come, in this process",
                "Pass a List of them, or call once for each",
                "org.reactivestreams.Publisher",
                "java.util.concurrent.Flow$Publisher",
                "java.util.stream.BaseStream",
                "java.util.Iterator",
                "java.util.Spliterator",
                "java.util.Enumeration",
                "kotlinx.coroutines.flow.Flow");
        refuse(
                "it is a result that is still to come",
                "Pass the value, when it is there",
                "java.util.concurrent.Future",
                "java.util.concurrent.CompletionStage");
        refuse(
                "it is a connection to the database of this process",
                "Inject it into the bean, which has its own there, and pass ids",
                "jakarta.persistence.EntityManager",
                "jakarta.persistence.EntityManagerFactory",
                "java.sql.Connection",
                "java.sql.ResultSet",
                "java.sql.Statement",
                "javax.sql.DataSource");
        refuse(
                "it is a part of the application, and each process has its own",
                "Inject it into the bean",
                "org.springframework.beans.factory.BeanFactory",
                "org.springframework.core.env.Environment");
        refuse("exceptions cross only by being thrown", "Pass what there is to know of it", Throwable.class.getName());
        refuse(
                "a class is loaded by each process for itself",
                "Pass its name",
                Class.class.getName(),
                ClassLoader.class.getName(),
                "java.lang.reflect.AnnotatedElement");
        refuse(
                "it belongs to this process",
                "Pass the data, or a path or an id to open it there",
                AutoCloseable.class.getName(),
                Closeable.class.getName(),
                Runnable.class.getName(),
                "java.util.concurrent.Callable",
                "java.util.concurrent.Executor",
                "java.util.concurrent.locks.Lock",
                "java.util.concurrent.locks.ReadWriteLock",
                Thread.class.getName(),
                Process.class.getName());
    }

    private static void refuse(String why, String instead, String... types) {
        for (String type : types) {
            KNOWN.put(type, new Refusal(why, instead));
        }
    }

    /** @return null if values of the type may cross */
    static @Nullable Refusal of(Class<?> raw) {
        if (raw.isPrimitive() || raw.isArray() || raw.isEnum() || Scalars.of(raw) != null) {
            return null;
        }
        Refusal known = known(raw);
        if (known != null) {
            return known;
        }
        if (Collection.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw)) {
            return null;
        }
        if (Types.isJdk(raw)) {
            return ContainerCodec.isFor(raw) || Scalars.hasAnyFor(raw) ? null : OF_THE_JDK;
        }
        if (!Types.isAbstract(raw) || JsonNodeCodec.isFor(raw)) {
            return null;
        }
        return raw.isSealed()
                        || Types.hasTypeInfo(raw)
                        || KnownTypes.hasImplementations(raw)
                        || Types.isApplication(raw)
                ? null
                : new Refusal("it is abstract, and any class might stand in its place", DECLARE);
    }

    /** What of the JDK says too little to be declared for a parameter or a result; as a member it may hold a few. */
    static @Nullable Refusal ofSignature(Class<?> raw) {
        boolean saysTooLittle = Types.isJdk(raw)
                && raw != CharSequence.class
                && (raw.isInterface() || raw == Object.class || raw == Enum.class || raw == Record.class)
                && !Collection.class.isAssignableFrom(raw)
                && (raw.isAssignableFrom(String.class)
                        || raw.isAssignableFrom(ArrayList.class)
                        || raw.isAssignableFrom(TimeUnit.class));
        return saysTooLittle ? new Refusal("the real type would be lost", DECLARE) : null;
    }

    private static @Nullable Refusal known(@Nullable Class<?> type) {
        if (type == null) {
            return null;
        }
        Refusal own = KNOWN.get(type.getName());
        if (own != null) {
            return own;
        }
        for (Class<?> parent : type.getInterfaces()) {
            Refusal above = known(parent);
            if (above != null) {
                return above;
            }
        }
        return known(type.getSuperclass());
    }

    ValueFailure failure() {
        return ValueFailure.because(why, instead);
    }

    /** Whether an application's class has a superclass of the JDK whose state nobody else sees. */
    static @Nullable Refusal ofState(Class<?> raw) {
        Class<?> first = firstOfJdk(raw);
        if (first == Object.class || first == null || first == Record.class || first == Number.class) {
            return null;
        }
        boolean isEmpty =
                Modifier.isAbstract(first.getModifiers()) && first.getName().startsWith("java.util.Abstract");
        return isEmpty
                ? null
                : new Refusal(
                        "its superclass " + first.getName() + " has a state that only the JDK sees",
                        "Pass a class or record that has what is needed of it");
    }

    static @Nullable Class<?> firstOfJdk(Class<?> raw) {
        Class<?> type = raw;
        while (type != null && !Types.isJdk(type)) {
            type = type.getSuperclass();
        }
        return type;
    }
}
