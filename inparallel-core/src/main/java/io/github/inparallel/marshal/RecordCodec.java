package io.github.inparallel.marshal;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.JavaType;

/** Records: by their fields, and made by their canonical constructor. */
final class RecordCodec extends Codec {

    /** A component and how its values are written. */
    private record Member(SerializedString name, Field field, Lazy codec) {}

    /** What is known of the class. */
    private record Shape(List<Member> members, Constructor<?> constructor) {}

    private static final Refusal CONVERTS = new Refusal(
            "its constructor makes something else of what the record has",
            "Let the constructor take that as it is, and convert in a factory method");
    private static final Refusal COPIES = new Refusal(
            "its constructor copies what a cycle leads back into, before that is complete",
            "Use a class instead of the record, or let the constructor take what it is given");

    private final JavaType type;
    private final Codecs codecs;
    private volatile @Nullable Shape shape; // made by whoever comes first, or twice

    RecordCodec(JavaType type, Codecs codecs) {
        this.type = type;
        this.codecs = codecs;
    }

    @Override
    void write(ValueWriter out, Object value) {
        out.generator().writeStartObject();
        String name = "";
        try {
            for (Member member : shape().members) {
                name = member.name.getValue();
                out.generator().writeName(member.name);
                out.write(member.codec.get(), member.field.get(value));
            }
        } catch (Throwable e) {
            throw ValueFailure.at("." + name, e);
        }
        out.generator().writeEndObject();
    }

    @Override
    Object read(ValueReader in) {
        in.expect(JsonToken.START_OBJECT);
        Shape known = shape();
        @Nullable Object[] values = new Object[known.members.size()];
        int before = in.begin();
        for (int i = 0; i < values.length; i++) {
            Member member = known.members.get(i);
            try {
                ObjectCodec.expectName(in, member.name);
                values[i] = in.readNext(member.codec.get());
            } catch (Throwable e) {
                throw ValueFailure.at("." + member.name.getValue(), e);
            }
        }
        in.nextIs(JsonToken.END_OBJECT);
        Object made = Instances.make(known.constructor, values);
        if (in.end(before)) {
            check(known, made, values, CONVERTS);
        } else {
            in.check(() -> check(known, made, values, COPIES)); // when all that it was given is filled
        }
        return made;
    }

    /** Its constructor may convert what it is given, and did so there. */
    private static void check(Shape known, Object made, @Nullable Object[] given, Refusal otherwise) {
        for (int i = 0; i < given.length; i++) {
            Member member = known.members.get(i);
            try {
                Object has = member.field.get(made);
                if (has != given[i] && !(has != null && has.equals(given[i])) && !Identity.isSame(has, given[i])) {
                    throw otherwise.failure();
                }
            } catch (Throwable e) {
                throw ValueFailure.at("." + member.name.getValue(), e);
            }
        }
    }

    private Shape shape() {
        Shape known = shape;
        if (known == null) {
            known = shape(type.getRawClass());
            shape = known;
        }
        return known;
    }

    private Shape shape(Class<?> record) {
        RecordComponent[] components = record.getRecordComponents();
        List<Member> members = new ArrayList<>();
        try {
            for (RecordComponent component : components) {
                Field field = record.getDeclaredField(component.getName());
                field.setAccessible(true);
                members.add(new Member(
                        new SerializedString(component.getName()),
                        field,
                        new Lazy(codecs, codecs.memberType(component.getGenericType(), type))));
            }
            Constructor<?> canonical = record.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            return new Shape(List.copyOf(members), canonical);
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw ValueFailure.because("the record " + record.getName() + " cannot be read: " + e.getMessage());
        }
    }
}
