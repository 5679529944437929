package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.protocol.TaskRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.context.i18n.LocaleContextHolder;

/** The caller's diagnostic context and locale are the task's, and nothing of the task's stays. */
class PropagatorsTests {

    @AfterEach
    void clear() {
        MDC.clear();
        LocaleContextHolder.resetLocaleContext();
    }

    private static Map<String, String> captured() {
        Map<String, String> attributes = new HashMap<>();
        new MdcPropagator().capture(attributes);
        new LocalePropagator().capture(attributes);
        MDC.clear();
        LocaleContextHolder.resetLocaleContext();
        return attributes;
    }

    @Test
    void theContextIsExactlyTheCallers() {
        MDC.put("request", "7");
        MDC.put("nothing", null);
        Map<String, String> attributes = captured();
        MDC.put("left", "by another");
        try (TaskContextPropagator.Scope scope = new MdcPropagator().restore(attributes)) {
            assertThat(scope).isNotNull();
            assertThat(MDC.getCopyOfContextMap()).containsExactly(Map.entry("request", "7"));
            MDC.put("request", "8");
            MDC.put("more", "of the body's");
        }
        assertThat(MDC.getCopyOfContextMap()).containsExactly(Map.entry("left", "by another"));
    }

    @Test
    void aTaskOfAnotherMemberNamesThatMember() {
        MDC.put("member", "of the caller's own");
        Map<String, String> attributes = captured();
        attributes.put(TaskRequest.MEMBER, "10.0.0.7:7800");
        try (TaskContextPropagator.Scope scope = new MdcPropagator().restore(attributes)) {
            assertThat(scope).isNotNull();
            assertThat(MDC.getCopyOfContextMap()).containsExactly(Map.entry("member", "10.0.0.7:7800"));
        }
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    @Test
    void whatABodyAddsGoesAlsoWhereTheCallerHadNothing() {
        Map<String, String> attributes = captured();
        try (TaskContextPropagator.Scope mdc = new MdcPropagator().restore(attributes);
                TaskContextPropagator.Scope locale = new LocalePropagator().restore(attributes)) {
            assertThat(mdc).isNotSameAs(locale);
            MDC.put("more", "of the body's");
            LocaleContextHolder.setLocale(Locale.JAPAN, true);
            LocaleContextHolder.setTimeZone(TimeZone.getTimeZone("Asia/Tokyo"), true);
        }
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
        assertThat(LocaleContextHolder.getLocaleContext()).isNull();
    }

    @Test
    void theLocaleIsTheCallersAndGoesWithTheTask() {
        LocaleContextHolder.setLocale(Locale.CANADA_FRENCH);
        LocaleContextHolder.setTimeZone(TimeZone.getTimeZone("America/Toronto"));
        Map<String, String> attributes = captured();
        try (TaskContextPropagator.Scope scope = new LocalePropagator().restore(attributes)) {
            assertThat(scope).isNotNull();
            assertThat(LocaleContextHolder.getLocale()).isEqualTo(Locale.CANADA_FRENCH);
            assertThat(LocaleContextHolder.getTimeZone().getID()).isEqualTo("America/Toronto");
            LocaleContextHolder.setLocale(Locale.JAPAN);
        }
        assertThat(LocaleContextHolder.getLocaleContext()).isNull();
    }
}
