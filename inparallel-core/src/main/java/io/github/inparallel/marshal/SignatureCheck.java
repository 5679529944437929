package io.github.inparallel.marshal;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/** Finds, before anything runs, types of which it can be seen that they cannot cross. */
final class SignatureCheck {

    private final boolean isCustomized;
    private final TypeFactory types = TypeFactory.createDefaultInstance();
    private final List<String> problems = new ArrayList<>();

    /** @param isCustomized whether modules of the user's may know what we do not */
    SignatureCheck(boolean isCustomized) {
        this.isCustomized = isCustomized;
    }

    List<String> problems() {
        return problems;
    }

    void check(String name, Type declared) {
        JavaType type = types.constructType(declared);
        JavaType[] within = new JavaType[1];
        Refusal refusal = refusal(type, new HashSet<>(), within);
        if (refusal != null) {
            String where = within[0].equals(type) ? "" : TypeText.of(within[0]) + ": ";
            problems.add(name + " (" + TypeText.of(declared) + ") cannot cross to another process: " + where
                    + refusal.why() + ". " + refusal.instead());
        }
    }

    private @Nullable Refusal refusal(JavaType type, Set<JavaType> seen, JavaType[] within) {
        Class<?> raw = type.getRawClass();
        if (!seen.add(type) || raw == void.class || raw == Void.class) {
            return null;
        }
        within[0] = type;
        Refusal own = isCustomized && !Types.isJdk(raw) ? null : own(raw);
        if (own != null) {
            return own;
        }
        if (type.getContentType() != null) {
            Refusal content = refusal(type.getContentType(), seen, within);
            if (content != null) {
                return content;
            }
        }
        for (JavaType argument : type.getBindings().getTypeParameters()) {
            Refusal found = refusal(argument, seen, within);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Refusal own(Class<?> raw) {
        Refusal known = Refusal.of(raw);
        if (known != null) {
            return known;
        }
        return Refusal.ofSignature(raw);
    }
}
