package io.github.inparallel.spring.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;

/**
 * Start of this application, so that a worker can be started alike.
 *
 * @param mainClass class whose {@code main} called {@link SpringApplication#run} on the same thread; null if there was
 *     none, as in a servlet container or a test
 * @param mainArguments what that {@code main} was called with
 * @param ordinal which of the applications that were started on this thread it is, from 1
 * @param twins how many applications alike, of this thread, were running when it was started: same arguments, sources and
 *     profiles
 * @param applicationClass what it has for its main class, {@code main} or not
 * @param arguments what was passed on to the application
 * @param sources names of the configuration classes, with those that were added from outside of {@code main}
 * @param profiles that code has added to those of configuration
 */
public record ApplicationLaunch(
        @Nullable String mainClass,
        List<String> mainArguments,
        int ordinal,
        int twins,
        @Nullable String applicationClass,
        List<String> arguments,
        List<String> sources,
        List<String> profiles) {

    public ApplicationLaunch {
        mainArguments = List.copyOf(mainArguments);
        arguments = List.copyOf(arguments);
        sources = List.copyOf(sources);
        profiles = List.copyOf(profiles);
    }

    static ApplicationLaunch of(SpringApplication application, String[] arguments, int ordinal, int twins) {
        Class<?> type = application.getMainApplicationClass();
        String main =
                type == null ? null : MainCall.find(type).map(Class::getName).orElse(null);
        return new ApplicationLaunch(
                main,
                main == null ? List.of() : MainCall.arguments(main, List.of(arguments)),
                ordinal,
                twins,
                type == null ? null : type.getName(),
                List.of(arguments),
                sources(application),
                List.copyOf(application.getAdditionalProfiles()));
    }

    static List<String> sources(SpringApplication application) {
        return application.getAllSources().stream()
                .map(source -> source instanceof Class<?> type ? type.getName() : source.toString())
                .toList();
    }
}
