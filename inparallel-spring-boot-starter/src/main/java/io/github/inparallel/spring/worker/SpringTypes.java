package io.github.inparallel.spring.worker;

/** What is Spring's own, as opposed to the application's. Spring's sample applications are applications. */
final class SpringTypes {

    private SpringTypes() {}

    static boolean include(Class<?> type) {
        String name = type.getName();
        return name.startsWith("org.springframework.") && !name.startsWith("org.springframework.samples.");
    }
}
