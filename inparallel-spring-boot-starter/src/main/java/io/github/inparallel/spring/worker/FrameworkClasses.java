package io.github.inparallel.spring.worker;

/**
 * Knows the classes that are Spring's own, as opposed to the application's. Spring's sample applications are
 * applications.
 */
final class FrameworkClasses {

    private FrameworkClasses() {}

    static boolean include(Class<?> type) {
        String name = type.getName();
        return name.startsWith("org.springframework.") && !name.startsWith("org.springframework.samples.");
    }
}
