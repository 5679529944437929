package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.MarshallingException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JavaType;

/** Whatever is sent arrives equal in class and content, or is refused in few words of our own; never else. */
class ValuePropertyTests {

    private static final int ROUNDS = Integer.getInteger("values.rounds", 4_000);
    private static final long FIRST_SEED = Long.getLong("values.seed", 1);

    @ParameterizedTest
    @EnumSource
    void valuesArriveEqualOrAreRefused(Marshaller.Format format) {
        Marshaller there = new Marshaller(format, 1 << 20, Marshaller.UNCHANGED);
        Marshaller here = new Marshaller(format, 1 << 20, Marshaller.UNCHANGED);
        int crossed = 0;
        Map<String, Integer> refused = new TreeMap<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            Graphs graphs = new Graphs(seed);
            JavaType type = graphs.type(3);
            Object value = graphs.value(type, 3);
            String what = "seed " + seed + ", " + TypeText.of(type);
            byte[] bytes;
            try {
                bytes = there.write(type, value);
            } catch (MarshallingException e) {
                assertOurs(what, e);
                refused.merge(reason(e), 1, Integer::sum);
                continue;
            }
            @Nullable Object copy;
            try {
                copy = here.read(type, bytes, getClass().getClassLoader());
            } catch (MarshallingException e) {
                throw new AssertionError(what + " was written, but not read", e);
            }
            assertThat(Sameness.difference(value, copy)).as(what).isNull();
            crossed++;
        }
        assertThat(crossed).as("refused: %s", refused).isGreaterThan(ROUNDS * 2 / 3);
    }

    private static String reason(MarshallingException e) {
        String message = String.valueOf(e.getMessage());
        return message.substring(message.lastIndexOf(": ") + 2);
    }

    static void assertOurs(String what, MarshallingException e) {
        assertThat(e.getMessage()).as(what).hasSizeLessThan(600);
        assertThat(String.valueOf(e.getMessage()).lines()).as(what).hasSizeLessThan(3);
        assertThat(e.getMessage())
                .as(what)
                .doesNotContain(
                        "Jackson", "SerializationFeature", "reference chain", "DeserializationFeature", "null pointer")
                .doesNotContainPattern("@[0-9a-f]{5,}");
    }
}
