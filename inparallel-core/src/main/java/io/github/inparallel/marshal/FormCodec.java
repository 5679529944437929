package io.github.inparallel.marshal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;

/**
 * Classes that say by annotations which other form they have ({@code @JsonValue}) and how they are made of it
 * ({@code @JsonCreator}): an array of that form, which is written by our own rules.
 */
final class FormCodec extends Codec {

    private final AnnotatedElement form;
    private final Executable creator;
    private final Class<?> type;
    private final Lazy codec;

    private FormCodec(AnnotatedElement form, Executable creator, Class<?> type, Lazy codec) {
        this.form = form;
        this.creator = creator;
        this.type = type;
        this.codec = codec;
    }

    /** @return null if the class is none of these, or the one form is not the other */
    static @Nullable FormCodec of(JavaType type, Codecs codecs) {
        Class<?> raw = type.getRawClass();
        AnnotatedElement form = raw.isEnum() || Types.isJdk(raw) ? null : form(raw);
        Executable creator = form == null ? null : creator(raw);
        if (form == null || creator == null) {
            return null;
        }
        Type declared = form instanceof Method method ? method.getGenericReturnType() : ((Field) form).getGenericType();
        JavaType written = codecs.boxed(codecs.memberType(declared, type));
        if (!written.equals(codecs.boxed(codecs.memberType(creator.getGenericParameterTypes()[0], type)))) {
            return null;
        }
        try {
            ((AccessibleObject) form).setAccessible(true);
            creator.setAccessible(true);
        } catch (InaccessibleObjectException e) {
            return null;
        }
        return new FormCodec(form, creator, raw, new Lazy(codecs, written));
    }

    private static @Nullable AnnotatedElement form(Class<?> raw) {
        for (Class<?> each = raw; each != null && !Types.isJdk(each); each = each.getSuperclass()) {
            List<AnnotatedElement> members = new ArrayList<>(Arrays.asList(each.getDeclaredMethods()));
            members.addAll(Arrays.asList(each.getDeclaredFields()));
            for (AnnotatedElement member : members) {
                JsonValue value = member.getAnnotation(JsonValue.class);
                if (value != null && value.value()) {
                    return member;
                }
            }
        }
        return null;
    }

    private static @Nullable Executable creator(Class<?> raw) {
        List<Executable> makers = new ArrayList<>(Arrays.asList(raw.getDeclaredConstructors()));
        for (Method method : raw.getDeclaredMethods()) {
            if (Modifier.isStatic(method.getModifiers()) && raw.isAssignableFrom(method.getReturnType())) {
                makers.add(method);
            }
        }
        for (Executable maker : makers) {
            JsonCreator annotation = maker.getAnnotation(JsonCreator.class);
            if (annotation != null
                    && annotation.mode() != JsonCreator.Mode.DISABLED
                    && annotation.mode() != JsonCreator.Mode.PROPERTIES
                    && maker.getParameterCount() == 1
                    && !maker.getParameters()[0].isAnnotationPresent(JsonProperty.class)) {
                return maker;
            }
        }
        return null;
    }

    @Override
    void write(ValueWriter out, Object value) {
        out.generator().writeStartArray(); // a form that is null is no null
        out.write(codec.get(), formOf(value));
        out.generator().writeEndArray();
    }

    private @Nullable Object formOf(Object value) {
        try {
            return form instanceof Method method ? method.invoke(value) : ((Field) form).get(value);
        } catch (InvocationTargetException e) {
            throw ValueFailure.from(e.getCause() == null ? e : e.getCause());
        } catch (IllegalAccessException e) {
            throw ValueFailure.from(e);
        }
    }

    @Override
    Object read(ValueReader in) {
        in.expect(JsonToken.START_ARRAY);
        int before = in.begin();
        Object given = in.readNext(codec.get());
        boolean isWhole = in.end(before);
        in.nextIs(JsonToken.END_ARRAY);
        Object made = made(given);
        if (isWhole) {
            check(made, given);
        } else {
            in.check(() -> check(made, given));
        }
        return made;
    }

    private void check(Object made, @Nullable Object given) {
        Object has = formOf(made);
        if (has != given && !Identity.isSame(has, given)) {
            throw Given.CONVERTS.failure();
        }
    }

    private Object made(@Nullable Object given) {
        if (creator instanceof Constructor<?> constructor) {
            return Instances.make(constructor, new @Nullable Object[] {given}); // it may be an array
        }
        Object made;
        try {
            made = ((Method) creator).invoke(null, new @Nullable Object[] {given});
        } catch (InvocationTargetException e) {
            throw ValueFailure.from(e.getCause() == null ? e : e.getCause());
        } catch (IllegalAccessException e) {
            throw ValueFailure.from(e);
        }
        if (made == null || made.getClass() != type) {
            throw ValueFailure.because("its creator makes something of another class", "Let it make one of its own");
        }
        return made;
    }
}
