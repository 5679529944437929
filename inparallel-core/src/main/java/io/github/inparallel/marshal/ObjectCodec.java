package io.github.inparallel.marshal;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.JavaType;

/** Objects of just one class, by their fields, those of its superclasses first. */
final class ObjectCodec extends Codec {

    /** A field and how its values are written. */
    private record Member(SerializedString name, Field field, Lazy codec) {}

    private final JavaType type;
    private final Codecs codecs;
    private final boolean isEnhanced;
    private volatile @Nullable List<Member> members; // made by whoever comes first, or twice
    private volatile @Nullable Instances instances; // likewise
    private final @Nullable Object only; // of a Kotlin object

    ObjectCodec(JavaType type, Codecs codecs) {
        this.type = type;
        this.codecs = codecs;
        this.isEnhanced = Persistence.isEnhanced(type.getRawClass());
        this.only = Singleton.of(type.getRawClass());
    }

    @Override
    boolean isShared() {
        return true;
    }

    @Override
    boolean mayBe(Object before) {
        return before.getClass() == type.getRawClass();
    }

    @Override
    boolean isMadeFirst() {
        return only == null && !instances().areResolved();
    }

    @Override
    Object make() {
        return instances().make();
    }

    @Override
    void write(ValueWriter out, Object value) {
        if (isEnhanced) {
            Persistence.checkAttributes(value);
        }
        if (codecs.isSerial()) {
            instances().prepare(value);
        }
        out.generator().writeStartObject();
        if (only == null) {
            writeMembers(out, value);
        }
        out.generator().writeEndObject();
    }

    private void writeMembers(ValueWriter out, Object value) {
        List<Member> all = members();
        String name = "";
        try {
            for (Member member : all) {
                name = member.name.getValue();
                out.generator().writeName(member.name);
                out.write(member.codec.get(), member.field.get(value));
            }
        } catch (Throwable e) {
            throw ValueFailure.at("." + name, e);
        }
    }

    @Override
    Object read(ValueReader in) {
        in.expect(JsonToken.START_OBJECT);
        if (only != null) {
            in.nextIs(JsonToken.END_OBJECT);
            return only;
        }
        Object value = in.made(instances().make());
        readMembers(in, value, null);
        return resolved(value);
    }

    @Override
    void readInto(ValueReader in, Object made) {
        in.expect(JsonToken.START_OBJECT);
        readMembers(in, made, null);
    }

    /** Whether fields hold more than single values. */
    boolean holdObjects() {
        return members().stream()
                .map(member -> member.codec.get())
                .anyMatch(codec -> !(codec instanceof Scalar || codec instanceof EnumCodec));
    }

    /** What stands for an object that was read: mostly itself. */
    Object resolved(Object read) {
        return instances().resolved(read);
    }

    /** Sets the fields of an object that is there, and does so again when what is returned is run. */
    Runnable readFields(ValueReader in, Object made) {
        in.expect(JsonToken.START_OBJECT);
        @Nullable Object[] values = new Object[members().size()];
        readMembers(in, made, values);
        return () -> {
            for (int i = 0; i < values.length; i++) {
                set(members().get(i), made, values[i]);
            }
        };
    }

    private void readMembers(ValueReader in, Object made, @Nullable Object @Nullable [] values) {
        String name = "";
        try {
            int index = 0;
            for (Member member : members()) {
                name = member.name.getValue();
                expectName(in, member.name);
                Object value = in.readNext(member.codec.get());
                member.field.set(made, value);
                if (values != null) {
                    values[index++] = value;
                }
            }
        } catch (Throwable e) {
            throw ValueFailure.at("." + name, e);
        }
        in.nextIs(JsonToken.END_OBJECT);
    }

    private static void set(Member member, Object made, @Nullable Object value) {
        try {
            member.field.set(made, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // it was set before
        }
    }

    static void expectName(ValueReader in, SerializedString name) {
        if (!in.parser().nextName(name)) {
            throw ValueFailure.malformed(
                    in.parser().currentToken() == JsonToken.PROPERTY_NAME
                            ? "property '" + in.parser().currentName() + "' is unknown"
                            : "it is missing");
        }
    }

    private Instances instances() {
        Instances known = instances;
        if (known == null) {
            known = Instances.of(type.getRawClass());
            instances = known;
        }
        return known;
    }

    private List<Member> members() {
        List<Member> known = members;
        if (known == null) {
            known = members(type);
            members = known;
        }
        return known;
    }

    private List<Member> members(JavaType declared) {
        List<JavaType> classes = new ArrayList<>();
        for (JavaType each = declared; each != null && !Types.isJdk(each.getRawClass()); each = each.getSuperClass()) {
            classes.add(0, each);
        }
        List<Member> found = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JavaType each : classes) {
            for (Field field : Fields.of(each.getRawClass())) {
                if (field.isSynthetic() && field.getName().startsWith("this$")) {
                    throw ValueFailure.because(
                            "an inner class holds the object around it", "Make it static, or a record");
                }
                if (codecs.isSerial() && Modifier.isTransient(field.getModifiers())) {
                    continue;
                }
                String name = names.add(field.getName())
                        ? field.getName()
                        : each.getRawClass().getSimpleName() + "." + field.getName();
                found.add(new Member(
                        new SerializedString(name),
                        accessible(field),
                        new Lazy(codecs, codecs.memberType(field.getGenericType(), each))));
            }
        }
        return List.copyOf(found);
    }

    private static Field accessible(Field field) {
        try {
            field.setAccessible(true);
            return field;
        } catch (InaccessibleObjectException e) {
            throw ValueFailure.because(
                    "the module of " + field.getDeclaringClass().getName() + " is not open", "Open its package");
        }
    }
}
