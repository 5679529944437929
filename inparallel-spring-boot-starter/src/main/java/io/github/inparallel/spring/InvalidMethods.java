package io.github.inparallel.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Collects all methods of an application that cannot run in workers, for one report. The first shows when its bean is
 * made, and stops the application; the classes of all other beans are then looked at, without making any.
 */
final class InvalidMethods {

    private final Map<String, String> actions = new LinkedHashMap<>(); // by what is wrong, in the order found

    /**
     * Adds to the first invalid method all others.
     *
     * @param first what was found
     * @param check looks at one bean's class
     */
    static InvalidInParallelMethodException all(
            InvalidInParallelMethodException first, ListableBeanFactory beans, Check check) {
        InvalidMethods found = new InvalidMethods();
        found.add(first);
        for (String name : beans.getBeanDefinitionNames()) {
            try {
                Class<?> type = beans.getType(name, false);
                if (type != null) {
                    check.check(name, ClassUtils.getUserClass(type), found::add);
                }
            } catch (RuntimeException | LinkageError e) {
                // not ours to report: it shows when the bean is made
            }
        }
        return found.actions.size() == 1 ? first : found.report(first);
    }

    /** Looks at one bean's class. */
    @FunctionalInterface
    interface Check {
        void check(String bean, Class<?> type, Consumer<InvalidInParallelMethodException> problems);
    }

    private void add(InvalidInParallelMethodException problem) {
        actions.putIfAbsent(String.valueOf(problem.getMessage()), problem.action());
    }

    private InvalidInParallelMethodException report(InvalidInParallelMethodException first) {
        return new InvalidInParallelMethodException(
                actions.keySet().stream()
                        .collect(Collectors.joining(
                                System.lineSeparator() + "    - ",
                                actions.size() + " @InParallel methods cannot run in workers:" + System.lineSeparator()
                                        + "    - ",
                                "")),
                actions.values().stream().distinct().collect(Collectors.joining(" ")),
                first);
    }
}
