package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.MarshallingException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that need no mapper cross as they are, and nothing is read that was not written so. */
class PlainValuesTests {

    private static final int MAX_PAYLOAD = 1000;

    private final Marshaller marshaller = new Marshaller(Marshaller.Format.CBOR, MAX_PAYLOAD, Marshaller.UNCHANGED);

    @SuppressWarnings("unused")
    interface Methods {
        String all(
                boolean a,
                Boolean b,
                byte c,
                Byte d,
                short e,
                Short f,
                char g,
                Character h,
                int i,
                Integer j,
                long k,
                Long l,
                float m,
                Float n,
                double o,
                Double p,
                String q,
                byte[] r);

        int number(int number);

        void nothing(String text);

        String text(String text);
    }

    private TaskMethod method(String name) {
        Method method = Arrays.stream(Methods.class.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return TaskMethod.of("target", method, Limits.OF_THE_POOL, marshaller);
    }

    private static @Nullable Object[] cross(TaskMethod method, @Nullable Object... arguments) {
        Encoded encoded = method.codec().encodeArguments(arguments);
        return method.codec().decodeArguments(encoded.bytes(), 0, encoded.bytes().length, encoded.attachment());
    }

    @Test
    void allCrossWithoutAMapper() {
        Object[] values = {
            true,
            false,
            (byte) -1,
            Byte.MIN_VALUE,
            (short) -2,
            Short.MAX_VALUE,
            'x',
            '\uffff',
            -3,
            Integer.MIN_VALUE,
            -4L,
            Long.MAX_VALUE,
            1.5f,
            Float.NaN,
            -0.0,
            Double.MIN_VALUE,
            "tschüß, \ud83d\ude80 \u0000",
            new byte[] {0, -1, 127}
        };
        assertThat(cross(method("all"), values)).containsExactly(values);
        assertThat(marshaller.isPrepared()).isFalse();
        assertThat(marshaller.isNeeded()).isFalse();
    }

    @Test
    void resultsCrossToo() {
        for (Object value : new @Nullable Object[] {"", "text", null}) {
            Encoded encoded = method("text").codec().encodeResult(value);
            assertThat(method("text").codec().decodeResult(encoded.bytes(), 0, null))
                    .isEqualTo(value);
        }
        assertThat(marshaller.isPrepared()).isFalse();
    }

    @Test
    void halfASurrogatePairIsNotChangedInSilence() {
        // The mapper decides: it refuses, or writes it in a way of its own.
        assertThatThrownBy(() -> {
                    assertThat(cross(method("text"), "\ud83d")).containsExactly("\ud83d");
                    throw new MarshallingException("it crossed", null);
                })
                .isInstanceOf(MarshallingException.class);
        assertThat(marshaller.isPrepared()).isTrue();
    }

    @Test
    void whatIsTooLargeIsRefused() {
        assertThatThrownBy(() -> cross(method("text"), "x".repeat(2 * MAX_PAYLOAD)))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("max-payload: 1000");
    }

    @Test
    void aPrimitiveCannotBeNullNorAnotherType() {
        byte[] none = PlainValues.write(new @Nullable Object[] {null}, null);
        byte[] text = PlainValues.write(new Object[] {"5"}, null);
        for (byte[] bytes : Arrays.asList(none, text)) {
            assertThatThrownBy(() -> method("number").codec().decodeArguments(bytes, 0, bytes.length, null))
                    .isInstanceOf(MarshallingException.class)
                    .hasMessageContaining("Methods.number: parameter 'number' (int) cannot be");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe", "fe63", "fe0a7fffffff", "fe0affffffff", "fe0b00000002aa", "fe0c", "fe0600", "fe0000"})
    void whatIsMalformedIsRefused(String hex) {
        byte[] bytes = java.util.HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> method("text").codec().decodeResult(bytes, 0, null))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("malformed");
    }

    @Test
    void anythingElseIsReadOrRefusedButNothingWorse() {
        Random random = new Random(17);
        byte[] seed = method("text").codec().encodeResult("some text").bytes();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Arrays.copyOf(seed, 1 + random.nextInt(seed.length));
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try {
                method("text").codec().decodeArguments(bytes, 0, bytes.length, null);
            } catch (MarshallingException | tools.jackson.core.JacksonException e) {
                assertThat(e).hasMessageNotContaining("null pointer");
            }
        }
    }
}
