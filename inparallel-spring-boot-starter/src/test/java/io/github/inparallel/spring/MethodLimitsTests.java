package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.marshal.Limits;
import java.lang.reflect.Method;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

/** What an annotation says of limits. */
class MethodLimitsTests {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    private Limits limits(String timeout, int retries) {
        Method method = MethodLimitsTests.class.getDeclaredMethods()[0];
        return new MethodLimits(beans).of(new InParallelMethod(method, "ocr", timeout, retries));
    }

    @ParameterizedTest
    @CsvSource({
        "30s, PT30S",
        "30S, PT30S",
        "PT2H, PT2H",
        "' 5m ', PT5M",
        "2500, PT2.5S",
        "none, PT0S",
        "'', ",
        "99999999999999999d, PT87600H"
    })
    void timeoutIsRead(String text, @Nullable Duration limit) {
        assertThat(limits(text, -1)).isEqualTo(new Limits(limit, -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "0", "0s", "-3s", "-3"})
    void timeoutThatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> limits(text, 0))
                .isInstanceOf(InvalidInParallelMethodException.class)
                .hasMessageContaining("timeout '" + text + "' is no time limit");
    }

    @Test
    void timeoutMayBeAPlaceholder() {
        beans.addEmbeddedValueResolver(text -> text.equals("${ocr.timeout}") ? " 7s " : text);

        assertThat(limits("${ocr.timeout}", 2)).isEqualTo(new Limits(Duration.ofSeconds(7), 2));
    }
}
