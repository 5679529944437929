package io.github.inparallel.spring.worker;

import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeansException;
import org.springframework.beans.PropertyAccessor;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

/**
 * Guards the application's databases: in a worker nothing changes their schemas, and few connections are opened. Only
 * a database in memory is each process's own. There schema and data are made as ever, and its users are warned. Types
 * are known by name, because an application has them or not.
 */
final class DatabaseGuard implements BeanPostProcessor, PriorityOrdered {

    private static final String MEMORY = "jdbc:(h2:mem:|hsqldb:mem:|derby:memory:|sqlite::memory:).*";
    private static final int H2_IN_USE = 90020;

    private static final String FLYWAY = "org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer";
    private static final String LIQUIBASE = "liquibase.integration.spring.SpringLiquibase";
    private static final String SCRIPTS = "org.springframework.boot.sql.init.AbstractScriptDatabaseInitializer";
    private static final String SPRING_SCRIPTS = "org.springframework.jdbc.datasource.init.DataSourceInitializer";
    private static final String JPA = "org.springframework.orm.jpa.AbstractEntityManagerFactoryBean";
    private static final String EMBEDDED = "org.springframework.jdbc.datasource.embedded.EmbeddedDatabase";
    private static final String HIKARI = "com.zaxxer.hikari.HikariDataSource";

    private final HeldBack heldBack;
    private final int slots;
    private final boolean ownPoolSize;
    private final @Nullable String applicationUrl;

    /**
     * @param ownPoolSize whether the number of connections in a worker was set by the user
     * @param applicationUrl the database that the application has, or will open
     */
    DatabaseGuard(HeldBack heldBack, int slots, boolean ownPoolSize, @Nullable String applicationUrl) {
        this.heldBack = heldBack;
        this.slots = slots;
        this.ownPoolSize = ownPoolSize;
        this.applicationUrl = applicationUrl;
    }

    /** Order after properties are bound, before schemas are made. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) throws BeansException {
        Class<?> type = bean.getClass();
        if (isA(type, FLYWAY)) {
            Object flyway = field(bean, "flyway");
            Object source = flyway == null ? null : property(flyway, "configuration.dataSource");
            return held(source, name, "Flyway migrations") ? new NothingToDo() : bean;
        }
        if (isA(type, SCRIPTS)) {
            return held(field(bean, "dataSource"), name, "database scripts") ? new NothingToDo() : bean;
        }
        if (isA(type, LIQUIBASE) && held(property(bean, "dataSource"), name, "Liquibase changes")) {
            wrapper(bean).setPropertyValue("shouldRun", false);
        }
        if (isA(type, SPRING_SCRIPTS) && held(field(bean, "dataSource"), name, "database scripts")) {
            wrapper(bean).setPropertyValue("enabled", false);
        }
        if (isA(type, JPA) && !isInMemory(property(bean, "dataSource"))) {
            makesNoSchema(bean, name);
        }
        return bean;
    }

    @SuppressWarnings("unchecked")
    private void makesNoSchema(Object factory, String name) {
        Map<String, Object> properties = (Map<String, Object>) property(factory, "jpaPropertyMap");
        if (properties != null) {
            properties.put("hibernate.hbm2ddl.auto", "none");
            properties.put("jakarta.persistence.schema-generation.database.action", "none");
            heldBack.add("DDL (" + name + ")");
        }
    }

    private boolean held(@Nullable Object source, String name, String what) {
        if (isInMemory(source)) {
            return false;
        }
        heldBack.add(what + " (" + name + ")");
        return true;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (!(bean instanceof DataSource source)) {
            return bean;
        }
        String url = url(source);
        if (url != null && url.startsWith("jdbc:tc:")) {
            throw new IllegalStateException("The database of bean '" + name + "' (" + withoutSettings(url)
                    + ") is a container that its driver starts, so a worker would have another than the application."
                    + " Use a container with @ServiceConnection, whose address workers are told");
        }
        if (isInMemory(source)) {
            heldBack.warn("Bean '" + name + "' is a database in memory"
                    + (url == null ? "" : " (" + withoutSettings(url) + ")")
                    + ": each worker has its own, and neither sees the application's rows nor the application theirs."
                    + " Use a database in a file with AUTO_SERVER=TRUE, or on a server, if they are to share it");
        } else if (isA(bean.getClass(), HIKARI) && !ownPoolSize) {
            BeanWrapper hikari = wrapper(bean);
            hikari.setPropertyValue("minimumIdle", 0);
            hikari.setPropertyValue("maximumPoolSize", slots);
        }
        if (url != null && url.matches("jdbc:h2:(?!mem:|tcp:|ssl:).*") && !url.contains("AUTO_SERVER")) {
            checkLock(source, name, url);
        }
        return bean;
    }

    /**
     * Refuses, at start, a database file that only one process can open, and says what to do. Otherwise the first
     * task would fail, or the application when it opens the file later.
     */
    private void checkLock(DataSource source, String name, String url) {
        if (url.equals(applicationUrl)) {
            throw oneProcessOnly(name, url, null); // not opened even if it is free: the application may come later
        }
        try {
            source.getConnection().close();
        } catch (SQLException e) {
            if (isInUse(e)) {
                throw oneProcessOnly(name, url, e);
            }
        }
    }

    private static IllegalStateException oneProcessOnly(String name, String url, @Nullable SQLException cause) {
        return new IllegalStateException(
                "The H2 database of bean '" + name + "' (" + withoutSettings(url)
                        + ") is the application's, and only one process may open it."
                        + " Add ;AUTO_SERVER=TRUE to its URL, so that several can",
                cause);
    }

    /** A password may be among its settings. */
    private static String withoutSettings(String url) {
        return url.replaceAll("[?;].*", "");
    }

    private static boolean isInUse(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SQLException sql && sql.getErrorCode() == H2_IN_USE) {
                return true;
            }
        }
        return false;
    }

    private static boolean isInMemory(@Nullable Object source) {
        if (!(source instanceof DataSource dataSource)) {
            return false;
        }
        String url = url(dataSource);
        return isA(source.getClass(), EMBEDDED) || url != null && url.matches(MEMORY);
    }

    private static @Nullable String url(DataSource source) {
        for (String property : new String[] {"jdbcUrl", "url"}) {
            if (property(source, property) instanceof String text) {
                return text;
            }
        }
        return null;
    }

    // ---- by name

    private static boolean isA(Class<?> type, String name) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (each.getName().equals(name)) {
                return true;
            }
            for (Class<?> implemented : each.getInterfaces()) {
                if (isA(implemented, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static BeanWrapper wrapper(Object bean) {
        return PropertyAccessorFactory.forBeanPropertyAccess(bean);
    }

    private static @Nullable Object property(Object bean, String name) {
        return value(wrapper(bean), name);
    }

    private static @Nullable Object field(Object bean, String name) {
        return value(PropertyAccessorFactory.forDirectFieldAccess(bean), name);
    }

    private static @Nullable Object value(PropertyAccessor accessor, String name) {
        try {
            return accessor.isReadableProperty(name) ? accessor.getPropertyValue(name) : null;
        } catch (BeansException e) {
            return null; // a property that cannot be read tells nothing
        }
    }

    /** Stand-in for a bean whose only work was held back. */
    private record NothingToDo() {}
}
