package io.github.inparallel.spring.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.type.MethodMetadata;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Captures where services are, as beans of the application say: the containers of a test, Docker Compose, code. Only
 * the application knows, so its workers are told, and start no containers of their own. Properties are read by a
 * worker itself.
 */
public final class CapturedConnections {

    private static final Logger log = LoggerFactory.getLogger(CapturedConnections.class);

    private static final JsonMapper JSON = new JsonMapper();

    private CapturedConnections() {}

    /** Captures, in the application, what its workers must be told, as text, by name of bean. */
    public static Map<String, String> of(ConfigurableListableBeanFactory beans) {
        Map<String, String> captured = new LinkedHashMap<>();
        for (String name : beans.getBeanNamesForType(ConnectionDetails.class, false, false)) {
            if (!givesWay(beans, name)) {
                captured.put(name, capture(beans, name).toString());
            }
        }
        return captured;
    }

    /** Whether a bean is there only because no other is, made from properties; a worker makes it again, or does not. */
    private static boolean givesWay(ConfigurableListableBeanFactory beans, String name) {
        if (beans.containsBeanDefinition(name)
                && beans.getBeanDefinition(name) instanceof AnnotatedBeanDefinition annotated) {
            MethodMetadata factory = annotated.getFactoryMethodMetadata();
            return factory != null && factory.isAnnotated(ConditionalOnMissingBean.class.getName());
        }
        Class<?> type = beans.getType(name, false); // of an application that was processed ahead, nothing else is known
        return type != null
                && type.getName().startsWith("org.springframework.boot.")
                && type.getSimpleName().startsWith("Properties");
    }

    private static JsonNode capture(ConfigurableListableBeanFactory beans, String name) {
        ConnectionDetails details = beans.getBean(name, ConnectionDetails.class);
        ObjectNode node = JSON.createObjectNode();
        Set<Class<?>> types = new LinkedHashSet<>();
        for (Class<?> each : ClassUtils.getAllInterfacesForClassAsSet(details.getClass())) {
            if (ConnectionDetails.class.isAssignableFrom(each)) {
                types.add(each);
                node.withArray("types").add(each.getName());
            }
        }
        if (beans.containsBeanDefinition(name)) {
            BeanDefinition definition = beans.getMergedBeanDefinition(name);
            node.put("primary", definition.isPrimary());
            node.put("fallback", definition.isFallback());
            node.put("candidate", definition.isAutowireCandidate());
            node.put("default", !(definition instanceof AbstractBeanDefinition known) || known.isDefaultCandidate());
            Qualifier qualifier = beans.findAnnotationOnBean(name, Qualifier.class, false);
            if (qualifier != null) {
                node.put("qualifier", qualifier.value());
            }
        }
        ConnectionValues values = new ConnectionValues(JSON, beans.getBeanProvider(SslBundles.class));
        List<String> refused = new ArrayList<>();
        node.set("values", values.read(details, types, refused));
        if (!refused.isEmpty()) {
            log.warn(
                    "Connection details '{}': {} cannot cross to workers; a bean that asks for it there will fail."
                            + " Give it by properties, or in a class of your own that the profile inparallel-worker has",
                    name,
                    String.join(", ", refused));
        }
        return node;
    }

    /**
     * Registers, in a worker, what was captured, before the context is refreshed, so that what gives way to such
     * beans sees them.
     */
    static void register(Map<String, String> captured, ConfigurableApplicationContext context) {
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        ClassLoader loader = beans.getBeanClassLoader();
        if (!captured.isEmpty() && beans instanceof DefaultListableBeanFactory factory) {
            factory.setAllowBeanDefinitionOverriding(true); // configuration of these names then leaves them as they are
        }
        captured.forEach((name, text) -> {
            JsonNode node = JSON.readTree(text);
            List<Class<?>> types = new ArrayList<>();
            for (JsonNode each : node.withArray("types")) {
                if (ClassUtils.isPresent(each.asString(), loader)) { // a smaller context may have a smaller class path
                    types.add(ClassUtils.resolveClassName(each.asString(), loader));
                }
            }
            if (!types.isEmpty() && beans instanceof BeanDefinitionRegistry registry) {
                register(registry, name, node, definition(beans, name, types, node));
            }
        });
    }

    private static RootBeanDefinition definition(
            ConfigurableListableBeanFactory beans, String name, List<Class<?>> types, JsonNode node) {
        ConnectionValues values = new ConnectionValues(JSON, beans.getBeanProvider(SslBundles.class));
        Object details = values.answering("Connection details '" + name + "'", types, node.get("values"));
        RootBeanDefinition definition = new RootBeanDefinition(details.getClass());
        definition.setInstanceSupplier(() -> details);
        return definition;
    }

    private static void register(
            BeanDefinitionRegistry registry, String name, JsonNode node, RootBeanDefinition definition) {
        definition.setPrimary(node.path("primary").asBoolean(false));
        definition.setFallback(node.path("fallback").asBoolean(false));
        definition.setAutowireCandidate(node.path("candidate").asBoolean(true));
        definition.setDefaultCandidate(node.path("default").asBoolean(true));
        if (node.has("qualifier")) {
            definition.addQualifier(new AutowireCandidateQualifier(
                    Qualifier.class, node.get("qualifier").asString()));
        }
        if (registry.containsBeanDefinition(name)) {
            registry.removeBeanDefinition(name);
        }
        registry.registerBeanDefinition(name, definition);
    }
}
