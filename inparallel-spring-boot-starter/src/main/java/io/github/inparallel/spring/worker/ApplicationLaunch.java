package io.github.inparallel.spring.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;

/**
 * How this application was started, so that a worker can be started alike.
 *
 * @param mainClass class whose {@code main} called {@link SpringApplication#run}; null if there was none
 * @param arguments what it passed on
 * @param sources names of the configuration classes
 */
public record ApplicationLaunch(@Nullable String mainClass, List<String> arguments, List<String> sources) {

    public ApplicationLaunch {
        arguments = List.copyOf(arguments);
        sources = List.copyOf(sources);
    }

    static ApplicationLaunch of(SpringApplication application, String[] arguments) {
        Class<?> main = application.getMainApplicationClass();
        List<String> sources = application.getAllSources().stream()
                .map(source -> source instanceof Class<?> type ? type.getName() : source.toString())
                .toList();
        return new ApplicationLaunch(main == null ? null : main.getName(), List.of(arguments), sources);
    }
}
