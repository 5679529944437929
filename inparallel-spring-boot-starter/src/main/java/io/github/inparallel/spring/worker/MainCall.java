package io.github.inparallel.spring.worker;

import io.github.inparallel.platform.PlatformFeature;
import io.github.inparallel.platform.Procfs;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;

/** Call of the application's own {@code main}, as stack and command line show it. */
final class MainCall {

    /** Classes that stand between the main of a test's runner and the application that the test starts. */
    private static final List<String> TESTS =
            List.of("org.junit.", "org.testng.", "io.cucumber.", "org.springframework.boot.test.");

    private static final String LOADER = "org.springframework.boot.loader.";

    private MainCall() {}

    /**
     * Finds the class whose {@code main} this thread is in, and not because of a test.
     *
     * @param deduced what Spring Boot takes for it: the class of the innermost
     */
    static Optional<Class<?>> find(Class<?> deduced) {
        List<Class<?>> mains = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.takeWhile(frame -> !isOfTest(frame))
                        .filter(frame -> frame.getMethodName().equals("main"))
                        .<Class<?>>map(StackWalker.StackFrame::getDeclaringClass)
                        .filter(type -> !type.getName().startsWith(LOADER))
                        .toList());
        if (mains.isEmpty() || mains.get(0) != deduced) {
            return Optional.empty();
        }
        // In Kotlin the innermost may be a companion's, which nobody can call.
        return mains.stream().filter(MainCall::isStatic).findFirst().or(() -> Optional.of(deduced));
    }

    private static boolean isStatic(Class<?> type) {
        try {
            return Modifier.isStatic(
                    type.getDeclaredMethod("main", String[].class).getModifiers());
        } catch (NoSuchMethodException | LinkageError e) {
            return false;
        }
    }

    /** Calls {@code main}, as the JVM would. */
    static void run(Class<?> type, List<String> arguments) throws Throwable {
        try {
            Method main = method(type);
            main.setAccessible(true);
            Object instance = Modifier.isStatic(main.getModifiers()) ? null : BeanUtils.instantiateClass(type);
            main.invoke(
                    instance,
                    main.getParameterCount() == 0 ? new Object[0] : new Object[] {arguments.toArray(String[]::new)});
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Method method(Class<?> type) throws NoSuchMethodException {
        try {
            return type.getDeclaredMethod("main", String[].class);
        } catch (NoSuchMethodException e) {
            return type.getDeclaredMethod("main");
        }
    }

    private static boolean isOfTest(StackWalker.StackFrame frame) {
        return TESTS.stream().anyMatch(frame.getClassName()::startsWith);
    }

    /**
     * Returns what {@code main} was called with. That may differ from what it passed on: a main that adds to its
     * arguments would, if it got those in a worker, add to them again.
     *
     * @param passedOn the answer where the command line does not tell
     */
    static List<String> arguments(String mainClass, List<String> passedOn) {
        String command = System.getProperty("sun.java.command"); // main class or jar, then the arguments, with blanks
        List<String> words = commandLine();
        if (command == null || words == null) {
            return passedOn;
        }
        for (int i = 0; i < words.size(); i++) {
            List<String> rest = words.subList(i, words.size());
            if (startsMain(words.get(i), mainClass) && String.join(" ", rest).equals(command)) {
                return List.copyOf(rest.subList(1, rest.size()));
            }
        }
        return passedOn;
    }

    private static boolean startsMain(String word, String mainClass) {
        return word.equals(mainClass)
                || word.endsWith("/" + mainClass)
                || word.endsWith(".jar")
                || word.endsWith(".war")
                || word.startsWith(LOADER);
    }

    /**
     * Returns the command line of this process; null if the platform does not tell. The JDK's own way leaves out long
     * ones on Linux.
     */
    private static @Nullable List<String> commandLine() {
        if (PlatformFeature.PROCFS.isThere()) {
            try {
                byte[] line = Files.readAllBytes(Procfs.self("cmdline"));
                List<String> words = List.of(new String(line, Charset.defaultCharset()).split("\0", -1));
                return words.subList(0, words.size() - 1); // each ends with a zero
            } catch (IOException e) {
                return null;
            }
        }
        return ProcessHandle.current().info().arguments().map(List::of).orElse(null);
    }
}
