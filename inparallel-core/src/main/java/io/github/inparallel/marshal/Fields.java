package io.github.inparallel.marshal;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** The fields of one class that make up its values: all that are not static, transient ones too. */
final class Fields {

    private Fields() {}

    static List<Field> of(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !Persistence.isBookkeeping(field)) {
                fields.add(field);
            }
        }
        return fields;
    }
}
