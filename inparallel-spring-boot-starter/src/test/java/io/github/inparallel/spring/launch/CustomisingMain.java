package io.github.inparallel.spring.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** A main that demands an argument, adds to them, sets whatever can be set, catches everything and goes on. */
final class CustomisingMain {

    private CustomisingMain() {}

    public static void main(String[] args) throws IOException {
        String name = args[0].replace("--from.argument=", "");
        System.setProperty("from.main", name);
        SpringApplication application = new SpringApplication(ProbeApplication.class);
        application.setAdditionalProfiles("extra");
        application.setDefaultProperties(Map.of("from.defaults", name, "from.argument", "not this one"));
        application.addInitializers(context -> context.getEnvironment()
                .getPropertySources()
                .addLast(new MapPropertySource("initializer", Map.of("from.initializer", name))));
        String[] more = Arrays.copyOf(args, args.length + 1);
        more[args.length] = "--from.added=" + name;
        try (ConfigurableApplicationContext context = application.run(more)) {
            System.out.println(Probe.compare(context));
        } catch (Throwable e) {
            note("caught " + e);
            System.exit(3);
        } finally {
            note("finally");
        }
        note("after");
    }

    private static void note(String text) throws IOException {
        Files.writeString(Path.of("notes"), text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
