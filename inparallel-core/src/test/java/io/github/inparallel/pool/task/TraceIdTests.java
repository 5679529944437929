package io.github.inparallel.pool.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceIdTests {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @ParameterizedTest
    @CsvSource({
        "traceparent, 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, 4bf92f3577b34da6a3ce929d0e0e4736",
        "traceparent, cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later, 4bf92f3577b34da6a3ce929d0e0e4736",
        "b3, 80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1, 80f198ee56343ba864fe8b2a57d3eff7",
        "b3, e457b5a2e4d86bd1-e457b5a2e4d86bd1, e457b5a2e4d86bd1",
        "X-B3-TraceId, 463ac35c9f6413ad48485a3953bb6124, 463ac35c9f6413ad48485a3953bb6124",
        "mdc.traceId, 463ac35c, 463ac35c",
    })
    void traceThatTravelsHasAnId(String key, String value, String expected) {
        assertThat(TraceId.of(Map.of(key, value, "other", "thing"))).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "traceparent, 4bf92f3577b34da6a3ce929d0e0e4736",
        "traceparent, 00-4BF92F-00f067aa0ba902b7-01",
        "traceparent, ''",
        "b3, 0",
        "b3, d",
        "X-B3-TraceId, <script>",
        "mdc.traceId, <script>",
        "mdc.traceId, ''",
        "mdc.user, 463ac35c",
        "tenant, 463ac35c9f6413ad48485a3953bb6124",
    })
    void whatIsNoTraceHasNone(String key, String value) {
        assertThat(TraceId.of(Map.of(key, value))).isEmpty();
    }

    @Test
    void traceThatIsHandedOnComesBeforeTheDiagnosticContext() {
        assertThat(TraceId.of(Map.of("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01", "mdc.traceId", "a")))
                .contains(TRACE);
        assertThat(TraceId.of(Map.of("traceparent", "malformed", "mdc.traceId", "a")))
                .contains("a");
        assertThat(TraceId.of(Map.of())).isEmpty();
    }
}
