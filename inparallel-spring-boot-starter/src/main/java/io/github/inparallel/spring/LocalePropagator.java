package io.github.inparallel.spring;

import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.context.i18n.SimpleLocaleContext;
import org.springframework.context.i18n.SimpleTimeZoneAwareLocaleContext;
import org.springframework.context.i18n.TimeZoneAwareLocaleContext;

/** Carries the caller's locale, as its web request has it, and its time zone if there is one. */
final class LocalePropagator implements TaskContextPropagator {

    private static final String LOCALE = "locale";
    private static final String ZONE = "locale.zone";

    @Override
    public void capture(Map<String, String> attributes) {
        LocaleContext context = LocaleContextHolder.getLocaleContext();
        Locale locale = context == null ? null : context.getLocale();
        if (locale == null) {
            return;
        }
        attributes.put(LOCALE, locale.toLanguageTag());
        TimeZone zone = context instanceof TimeZoneAwareLocaleContext aware ? aware.getTimeZone() : null;
        if (zone != null) {
            attributes.put(ZONE, zone.getID());
        }
    }

    @Override
    public Scope restore(Map<String, String> attributes) {
        LocaleContext before = LocaleContextHolder.getLocaleContext();
        LocaleContextHolder.setLocaleContext(context(attributes)); // of none, too: the body may set one
        return () -> LocaleContextHolder.setLocaleContext(before);
    }

    private static @Nullable LocaleContext context(Map<String, String> attributes) {
        String tag = attributes.get(LOCALE);
        if (tag == null) {
            return null;
        }
        Locale locale = Locale.forLanguageTag(tag);
        String zone = attributes.get(ZONE);
        return zone == null
                ? new SimpleLocaleContext(locale)
                : new SimpleTimeZoneAwareLocaleContext(locale, TimeZone.getTimeZone(zone));
    }
}
