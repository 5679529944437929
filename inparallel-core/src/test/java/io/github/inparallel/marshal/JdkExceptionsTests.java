package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** All exceptions of the JDK that can be made arrive as what they are. */
class JdkExceptionsTests {

    private static final Pattern NAMES =
            Pattern.compile("/modules/java\\..*(Exception|Error|Throwable|Warning|Truncation|Death)\\.class");

    @Test
    void everyPublicExceptionOfTheJdkArrivesAsItWas() throws IOException {
        List<String> wrong = new ArrayList<>();
        int made = 0;
        MadeExceptions exceptions = new MadeExceptions();
        for (Class<?> type : publicExceptions()) {
            for (Throwable failure : exceptions.of(type)) {
                made++;
                Throwable copy = ThrowableCodec.decode(
                        ThrowableCodec.encode(failure), JdkExceptionsTests.class.getClassLoader());
                compare(failure, copy, wrong);
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(made).isGreaterThan(900);
    }

    @Test
    void everyLineOfTheTableIsTrueInThisJdk() {
        assertThat(JdkExceptions.unusable()).isEmpty();
    }

    private static void compare(Throwable failure, Throwable copy, List<String> wrong) {
        if (copy.getClass() != failure.getClass()) {
            wrong.add(failure + " arrived as " + copy.getClass());
            return;
        }
        String notes = MadeExceptions.notes(copy);
        Map<String, @Nullable Object> told = MadeExceptions.told(copy);
        MadeExceptions.told(failure).forEach((name, value) -> {
            boolean noted = name.equals("toString") ? !notes.isEmpty() : notes.contains(name);
            if (!Objects.equals(value, told.get(name)) && !noted) {
                wrong.add(failure.getClass().getName() + "." + name + ": " + value + ", arrived as " + told.get(name)
                        + "; " + notes);
            }
        });
        if (!String.valueOf(failure.getCause()).equals(String.valueOf(copy.getCause()))) {
            wrong.add(failure + ": cause " + failure.getCause() + " arrived as " + copy.getCause());
        }
    }

    private static List<Class<?>> publicExceptions() throws IOException {
        List<Class<?>> found = new ArrayList<>();
        FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
        try (Stream<Path> files = Files.walk(jdk.getPath("/modules"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.toString();
                if (NAMES.matcher(name).matches() && !name.contains("/javax/lang/model/")) { // of compilers only
                    try {
                        Class<?> type = Class.forName(
                                file.subpath(2, file.getNameCount())
                                        .toString()
                                        .replace('/', '.')
                                        .replaceAll("\\.class$", ""),
                                false,
                                ClassLoader.getPlatformClassLoader());
                        if (Throwable.class.isAssignableFrom(type)
                                && Modifier.isPublic(type.getModifiers())
                                && type.getModule().isExported(type.getPackageName())) {
                            found.add(type);
                        }
                    } catch (ClassNotFoundException | LinkageError e) {
                        // none that an application could have
                    }
                }
            }
        }
        return found;
    }
}
