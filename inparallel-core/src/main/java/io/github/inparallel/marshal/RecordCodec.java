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
        } catch (RuntimeException | StackOverflowError | IllegalAccessException e) {
            throw ValueFailure.at("." + name, e);
        }
        out.generator().writeEndObject();
    }

    @Override
    Object read(ValueReader in) {
        in.expect(JsonToken.START_OBJECT);
        Shape known = shape();
        @Nullable Object[] values = new Object[known.members.size()];
        for (int i = 0; i < values.length; i++) {
            Member member = known.members.get(i);
            try {
                ObjectCodec.expectName(in, member.name);
                values[i] = in.readNext(member.codec.get());
            } catch (RuntimeException | StackOverflowError e) {
                throw ValueFailure.at("." + member.name.getValue(), e);
            }
        }
        in.nextIs(JsonToken.END_OBJECT);
        return Instances.make(known.constructor, values);
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
