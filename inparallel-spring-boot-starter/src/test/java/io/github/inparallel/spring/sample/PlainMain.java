package io.github.inparallel.spring.sample;

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A main that customises the application and goes on after its start. */
public final class PlainMain {

    private PlainMain() {}

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(SampleApplication.class);
        application.setAdditionalProfiles("extra");
        try (ConfigurableApplicationContext context = application.run(args)) {
            Work work = context.getBean(Work.class);
            System.out.println("greeting: " + work.greet("Ada"));
            System.out.println("elsewhere: "
                    + (work.pid().join() != ProcessHandle.current().pid()));
            List<String> profiles = work.profiles();
            System.out.println("profiles: " + profiles.containsAll(List.of("extra", "inparallel-worker")));
            System.out.println("own folder: " + !work.temporaryFolder().equals(System.getProperty("java.io.tmpdir")));
            System.out.println("opened: " + work.opened());
        }
        System.out.println("end");
    }
}
