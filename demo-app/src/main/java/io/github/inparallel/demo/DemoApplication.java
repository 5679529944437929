package io.github.inparallel.demo;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.SimpleCommandLinePropertySource;

/**
 * The example of the Python original, for real: gathers {@code uname -a} from twelve servers, three at a time, each
 * login in a worker process.
 *
 * <p>By default it does the job once, opens no web server and ends with exit code 0. With {@code --demo.stay} it stays
 * up with the actuator on a loopback port and repeats the job, so that one can look at its meters and kill its workers.
 *
 * <p>Workers run this {@code main} too: they leave it inside {@code run}, before anything is started.
 */
@SpringBootApplication(proxyBeanMethods = false)
public final class DemoApplication {

    public static void main(String[] args) {
        boolean stays = stays(args);
        SpringApplication application = new SpringApplication(DemoApplication.class);
        application.setWebApplicationType(stays ? WebApplicationType.SERVLET : WebApplicationType.NONE);
        ConfigurableApplicationContext context = application.run(args);
        if (!stays) {
            System.exit(SpringApplication.exit(context));
        }
    }

    private static boolean stays(String[] args) {
        String stay = new SimpleCommandLinePropertySource(args).getProperty("demo.stay");
        return stay != null && !"false".equals(stay);
    }
}
