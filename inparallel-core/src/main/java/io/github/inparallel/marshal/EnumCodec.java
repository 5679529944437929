package io.github.inparallel.marshal;

import java.util.HashMap;
import java.util.Map;

/** Constants, by their names. */
final class EnumCodec extends Codec {

    private final Class<?> type;
    private final Map<String, Object> constants = new HashMap<>(); // not changed once it is made

    /** @param type the class that declares the constants */
    EnumCodec(Class<?> type) {
        this.type = type;
        Object[] all = type.getEnumConstants();
        for (Object each : all == null ? new Object[0] : all) {
            constants.put(((Enum<?>) each).name(), each);
        }
    }

    @Override
    void write(ValueWriter out, Object value) {
        out.generator().writeString(((Enum<?>) value).name());
    }

    @Override
    Object read(ValueReader in) {
        String name = Scalars.string(in);
        Object constant = constants.get(name);
        if (constant == null) {
            throw ValueFailure.malformed(type.getSimpleName() + " has no such constant");
        }
        return constant;
    }
}
