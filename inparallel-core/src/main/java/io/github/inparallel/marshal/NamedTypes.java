package io.github.inparallel.marshal;

import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the classes that exceptions name, without initialising them. A class loader keeps a lock for every name that it
 * was ever asked for, so what a worker can have it asked in vain is bounded. Thread-safe.
 */
final class NamedTypes {

    static final int MOST_UNKNOWN = 1000;
    private static final int LONGEST = 512;

    private static final Map<String, Class<?>> PRIMITIVES = Map.of(
            "boolean", boolean.class,
            "byte", byte.class,
            "short", short.class,
            "char", char.class,
            "int", int.class,
            "long", long.class,
            "float", float.class,
            "double", double.class,
            "void", void.class);

    // Of the process, because loaders are: names that each was asked for in vain. Guarded by itself.
    private static final Map<ClassLoader, Set<String>> UNKNOWN = new WeakHashMap<>();

    private NamedTypes() {}

    /** @return null if there is no such class, or too many have been asked for that do not exist */
    static @Nullable Class<?> find(String name, ClassLoader loader) {
        if (!isClassName(name) || !mayBeAsked(name, loader)) {
            return null;
        }
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            synchronized (UNKNOWN) {
                Set<String> unknown = UNKNOWN.computeIfAbsent(loader, key -> new HashSet<>());
                if (unknown.size() < MOST_UNKNOWN) {
                    unknown.add(name);
                }
            }
            return null;
        }
    }

    /** Also primitive types. */
    static @Nullable Class<?> findAny(String name, ClassLoader loader) {
        Class<?> primitive = PRIMITIVES.get(name);
        return primitive != null ? primitive : find(name, loader);
    }

    /** Above the bound only for what its class file is there for, which to ask leaves nothing behind. */
    private static boolean mayBeAsked(String name, ClassLoader loader) {
        synchronized (UNKNOWN) {
            Set<String> unknown = UNKNOWN.getOrDefault(loader, Collections.emptySet());
            if (unknown.size() < MOST_UNKNOWN || unknown.contains(name)) {
                return true;
            }
        }
        return loader.getResource(name.replace('.', '/') + ".class") != null;
    }

    /** How many names it was asked for in vain. */
    static int unknown(ClassLoader loader) {
        synchronized (UNKNOWN) {
            return UNKNOWN.getOrDefault(loader, Collections.emptySet()).size();
        }
    }

    private static boolean isClassName(String name) {
        if (name.isEmpty() || name.length() > LONGEST || name.startsWith(".") || name.endsWith(".")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char each = name.charAt(i);
            if (each <= ' ' || "/\\[;:".indexOf(each) >= 0 || each == '.' && name.charAt(i - 1) == '.') {
                return false;
            }
        }
        return true;
    }
}
