package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.inparallel.TaskFailedException;
import io.github.inparallel.marshal.ThrowableCodec;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.server.ResponseStatusException;

/** The exceptions of Spring's projects, Jakarta Validation and drivers arrive as they were thrown. */
class ExceptionsTests {

    private static final List<String> WHERE = List.of(
            "org/springframework/**/*Exception.class",
            "org/springframework/**/*Exception$*.class",
            "jakarta/validation/**/*Exception.class",
            "jakarta/persistence/**/*Exception.class",
            "org/h2/**/Jdbc*Exception.class",
            "org/postgresql/**/*Exception.class",
            "org/hibernate/**/*Exception.class");

    /** Their messages are made of parameters of methods, bound objects, records of Kafka. */
    private static final List<String> MESSAGES_OF_WHAT_DOES_NOT_CROSS = List.of(
            "org.springframework.beans.PropertyBatchUpdateException",
            "org.springframework.data.repository.query.QueryCreationException",
            "org.springframework.kafka.listener.BatchListenerFailedException",
            "org.springframework.validation.BindException",
            "org.springframework.web.bind.MissingMatrixVariableException",
            "org.springframework.web.bind.MissingPathVariableException",
            "org.springframework.web.bind.MissingRequestCookieException",
            "org.springframework.web.bind.MissingRequestHeaderException");

    private int next = 1;

    private static Throwable cross(Throwable failure) {
        return ThrowableCodec.decode(ThrowableCodec.encode(failure), ExceptionsTests.class.getClassLoader());
    }

    @Test
    void statusOfAResponseArrives() {
        ResponseStatusException sent =
                new ResponseStatusException(HttpStatus.NOT_FOUND, "no such shop", new IOException("gone"));
        sent.getBody().setProperty("shop", "7");

        assertThat(cross(sent)).isInstanceOfSatisfying(ResponseStatusException.class, copy -> {
            assertThat(copy).hasMessage(sent.getMessage()).hasCauseInstanceOf(IOException.class);
            assertThat(copy.getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
            assertThat(copy.getReason()).isEqualTo("no such shop");
            assertThat(copy.getBody()).isEqualTo(sent.getBody());
        });
    }

    @Test
    void answerOfAClientErrorArrives() {
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.TEXT_PLAIN);
        HttpClientErrorException sent = HttpClientErrorException.create(
                HttpStatusCode.valueOf(499), "odd", headers, "text".getBytes(StandardCharsets.UTF_8), null);

        assertThat(cross(sent)).isInstanceOfSatisfying(HttpClientErrorException.class, copy -> {
            assertThat(copy.getSuppressed()).isEmpty();
            assertThat(copy.getStatusCode().value()).isEqualTo(499);
            assertThat(copy.getStatusText()).isEqualTo("odd");
            assertThat(copy.getResponseBodyAsString()).isEqualTo("text");
            assertThat(copy.getResponseHeaders()).isEqualTo(headers);
        });
    }

    record Order(@NotBlank String name, @Valid List<Item> items) {}

    record Item(@Min(1) int amount) {}

    @Test
    void violationsOfConstraintsArrive() {
        ConstraintViolationException sent;
        try (ValidatorFactory validation = Validation.buildDefaultValidatorFactory()) {
            sent = new ConstraintViolationException(
                    validation.getValidator().validate(new Order(" ", List.of(new Item(1), new Item(0)))));
        }

        assertThat(cross(sent)).isInstanceOfSatisfying(ConstraintViolationException.class, copy -> {
            assertThat(copy).hasMessage(sent.getMessage());
            assertThat(copy.getConstraintViolations())
                    .extracting(
                            each -> each.getPropertyPath().toString(),
                            ConstraintViolation::getMessage,
                            ConstraintViolation::getInvalidValue,
                            ConstraintViolation::getRootBeanClass)
                    .containsExactlyInAnyOrder(
                            tuple("name", "must not be blank", " ", Order.class),
                            tuple("items[1].amount", "must be greater than or equal to 1", 0, Order.class));
            assertThat(copy.getConstraintViolations())
                    .filteredOn(each -> each.getInvalidValue().equals(0))
                    .first()
                    .satisfies(each -> assertThat(each.getPropertyPath())
                            .extracting(Path.Node::getName, Path.Node::getIndex, Path.Node::getKind)
                            .containsExactly(
                                    tuple("items", null, ElementKind.PROPERTY),
                                    tuple("amount", 1, ElementKind.PROPERTY)));
            assertThat(copy.getSuppressed())
                    .singleElement()
                    .satisfies(note -> assertThat(note)
                            .hasMessageContaining("constraintViolations.getConstraintDescriptor()")
                            .hasMessageContaining("constraintViolations.getRootBean()"));
        });
    }

    @Test
    void everyExceptionThatCanBeMadeArrivesAsItWas() throws Exception {
        Set<String> standIns = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        int made = 0;
        for (Class<?> type : types()) {
            for (Throwable failure : made(type)) {
                made++;
                Throwable copy = cross(failure);
                if (copy instanceof TaskFailedException) {
                    standIns.add(type.getName());
                } else if (copy.getClass() != type || !Objects.equals(copy.getMessage(), failure.getMessage())) {
                    wrong.add(failure + " arrived as " + copy);
                } else {
                    compare(failure, copy, wrong);
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(standIns).containsExactlyInAnyOrderElementsOf(MESSAGES_OF_WHAT_DOES_NOT_CROSS);
        assertThat(made).isGreaterThan(800); // so that it looks at what it should
    }

    private static void compare(Throwable failure, Throwable copy, List<String> wrong) {
        StringBuilder notes = new StringBuilder();
        for (Throwable each : copy.getSuppressed()) {
            notes.append(each.getMessage());
        }
        if (!String.valueOf(failure.getCause()).equals(String.valueOf(copy.getCause()))) {
            wrong.add(failure + ": cause " + copy.getCause());
        }
        for (Class<?> each = failure.getClass();
                each.getClassLoader() != null && each.getClassLoader() != ClassLoader.getPlatformClassLoader();
                each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !notes.toString().contains(field.getName())) {
                    ReflectionUtils.makeAccessible(field);
                    Object sent = ReflectionUtils.getField(field, failure);
                    Object came = ReflectionUtils.getField(field, copy);
                    try {
                        assertThat(comparable(came)).usingRecursiveComparison().isEqualTo(comparable(sent));
                    } catch (AssertionError | RuntimeException e) {
                        wrong.add(each.getName() + "." + field.getName() + ": " + sent + " arrived as " + came);
                    }
                }
            }
        }
    }

    private static @Nullable Object comparable(@Nullable Object value) {
        return value instanceof Throwable failure
                ? failure.toString()
                : value instanceof Throwable[] failures ? Arrays.toString(failures) : value;
    }

    private static List<Class<?>> types() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        for (String where : WHERE) {
            for (Resource file : new PathMatchingResourcePatternResolver().getResources("classpath*:" + where)) {
                String path = file.getURL().toString().replaceAll(".*[!]/", "");
                try {
                    Class<?> type = Class.forName(
                            path.replace('/', '.').replaceAll("\\.class$", ""),
                            false,
                            ExceptionsTests.class.getClassLoader());
                    if (Throwable.class.isAssignableFrom(type)
                            && !Modifier.isAbstract(type.getModifiers())
                            && type.getConstructors() != null) {
                        types.add(type);
                    }
                } catch (ClassNotFoundException | LinkageError e) {
                    // it needs what is not there
                }
            }
        }
        return types;
    }

    private List<Throwable> made(Class<?> type) {
        List<Throwable> made = new ArrayList<>();
        Stream<Executable> ways = Stream.concat(
                Arrays.stream(type.getConstructors()),
                Arrays.stream(type.getMethods())
                        .filter(method -> Modifier.isStatic(method.getModifiers()) && method.getReturnType() == type));
        for (Executable way : (Iterable<Executable>) ways::iterator) {
            try {
                way.setAccessible(true);
                Object[] arguments = Arrays.stream(way.getParameterTypes())
                        .map(each -> argument(each, 0))
                        .toArray();
                Throwable failure = (Throwable)
                        (way instanceof Constructor<?> constructor
                                ? constructor.newInstance(arguments)
                                : ((Method) way).invoke(null, arguments));
                if (failure != null && failure.getClass() == type && failure.toString() != null) {
                    made.add(failure);
                }
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                // it wants something else
            }
        }
        return made;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Object argument(Class<?> type, int depth) {
        int number = next++;
        Object known = Map.<Class<?>, Object>ofEntries(
                        Map.entry(HttpStatusCode.class, HttpStatus.NOT_FOUND),
                        Map.entry(HttpHeaders.class, HttpHeaders.readOnlyHttpHeaders(headers(number))),
                        Map.entry(HttpMethod.class, HttpMethod.PATCH),
                        Map.entry(MediaType.class, MediaType.parseMediaType("text/plain;charset=utf-8")),
                        Map.entry(ProblemDetail.class, ProblemDetail.forStatusAndDetail(HttpStatus.GONE, "d" + number)),
                        Map.entry(MethodParameter.class, parameter()),
                        Map.entry(Method.class, parameter().getMethod()),
                        Map.entry(ResolvableType.class, ResolvableType.forClass(String.class)),
                        Map.entry(URI.class, URI.create("http://host/" + number)),
                        Map.entry(Locale.class, Locale.FRENCH),
                        Map.entry(Class.class, Long.class))
                .get(type);
        if (known != null) {
            return known;
        } else if (type == String.class || type == CharSequence.class || type == Object.class) {
            return "text" + number;
        } else if (type == int.class || type == Integer.class) {
            return number;
        } else if (type == long.class || type == Long.class) {
            return (long) number;
        } else if (type == short.class) {
            return (short) number;
        } else if (type == char.class) {
            return 'x';
        } else if (type == boolean.class) {
            return true;
        } else if (type.isEnum()) {
            return type.getEnumConstants()[number % type.getEnumConstants().length];
        } else if (type.isArray()) {
            Object array = Array.newInstance(type.getComponentType(), 1);
            Array.set(array, 0, argument(type.getComponentType(), depth + 1));
            return array;
        } else if (type.isAssignableFrom(ArrayList.class)) {
            return new ArrayList<>(List.of("item" + number));
        } else if (type == Set.class) {
            return Set.of("item" + number);
        } else if (type == Map.class) {
            return Map.of("key" + number, "value");
        } else if (type.isAssignableFrom(IOException.class)) {
            return new IOException("cause " + number);
        } else if (depth > 2 || type.isInterface() || type.isPrimitive()) {
            return null;
        }
        for (Constructor<?> constructor : type.getConstructors()) {
            try {
                return constructor.newInstance(Arrays.stream(constructor.getParameterTypes())
                        .map(each -> argument(each, depth + 1))
                        .toArray());
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                // another one may do
            }
        }
        return null;
    }

    private static HttpHeaders headers(int number) {
        HttpHeaders headers = new HttpHeaders();
        headers.add("X-Number", "n" + number);
        return headers;
    }

    private static MethodParameter parameter() {
        try {
            return new MethodParameter(String.class.getMethod("charAt", int.class), 0);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }
}
