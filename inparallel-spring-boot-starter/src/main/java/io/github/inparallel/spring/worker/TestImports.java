package io.github.inparallel.spring.worker;

import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Carries to workers what a test class imports, by {@code @Import} or by an annotation such as {@code
 * @AutoConfigureTestDatabase}, since it is no source of its application. It travels as a property of the test, as the
 * test's other properties do.
 */
final class TestImports {

    private static final String PROPERTY = "inparallel-test.imports";

    // Spring Boot's own note of the test classes that have imports.
    private static final String NOTE =
            "org.springframework.boot.test.context.ImportsContextCustomizer$ImportsConfiguration";
    private static final String TEST_CLASSES = "testClassNames";

    private TestImports() {}

    /** Notes the imports, in the application, before Spring Boot's own note of them is removed. */
    static void note(ConfigurableApplicationContext context) {
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        if (beans.containsBeanDefinition(NOTE)
                && beans.getBeanDefinition(NOTE).getAttribute(TEST_CLASSES) instanceof String[] classes) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource(
                            "inparallelTestImports", Map.of(PROPERTY, String.join(",", classes))));
        }
    }

    /**
     * Registers the imports, in the worker, before its context is refreshed. No object of the test classes is ever
     * made: beans are lazy there.
     */
    static void register(ConfigurableApplicationContext context) {
        String[] classes = context.getEnvironment().getProperty(PROPERTY, String[].class);
        if (classes != null && context.getBeanFactory() instanceof BeanDefinitionRegistry registry) {
            AnnotatedBeanDefinitionReader reader =
                    new AnnotatedBeanDefinitionReader(registry, context.getEnvironment());
            for (String name : classes) {
                reader.register(ClassUtils.resolveClassName(name, context.getClassLoader()));
            }
        }
    }
}
