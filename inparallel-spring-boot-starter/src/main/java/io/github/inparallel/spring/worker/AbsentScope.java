package io.github.inparallel.spring.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.Scope;

/** Scope of a web server, in a worker: a task that asks for one of its beans is told why there is none. */
record AbsentScope(String name) implements Scope {

    private static final List<String> NAMES = List.of("request", "session", "application", "websocket");

    static void register(ConfigurableListableBeanFactory beans) {
        for (String name : NAMES) {
            if (beans.getRegisteredScope(name) == null) {
                beans.registerScope(name, new AbsentScope(name));
            }
        }
    }

    @Override
    public Object get(String bean, ObjectFactory<?> factory) {
        throw new UnsupportedOperationException("There is no bean '"
                + bean.replaceFirst("^scopedTarget\\.", "") + "' in a worker, as it is of scope '" + name
                + "': pass what the task needs of it as an argument");
    }

    @Override
    public @Nullable Object remove(String bean) {
        return null;
    }

    @Override
    public void registerDestructionCallback(String bean, Runnable callback) {}

    @Override
    public @Nullable Object resolveContextualObject(String key) {
        return null;
    }

    @Override
    public @Nullable String getConversationId() {
        return null;
    }
}
