package io.github.inparallel.demo;

import io.github.inparallel.spring.ClusterView;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
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
 * <p>With {@code --demo.members=3} it does the job by three other members of a cluster, which it starts itself, and loses one.
 *
 * <p>Workers run this {@code main} too: they leave it inside {@code run}, before anything is started.
 */
@SpringBootApplication(proxyBeanMethods = false)
public final class DemoApplication {

    /** Profile of the member that has started the others, and calls them. */
    static final String CALLER = "caller";

    /** Profile of the members that it has started. */
    static final String MEMBER = "member";

    /** What such a member prints first, before its address. */
    static final String JOINS_AT = "joins at ";

    private static final int SECRET_BYTES = 32;

    public static void main(String[] args) throws IOException {
        boolean stays = has("demo.stay", args);
        boolean member = has("demo.member", args);
        SpringApplication application = new SpringApplication(DemoApplication.class);
        application.setWebApplicationType(stays ? WebApplicationType.SERVLET : WebApplicationType.NONE);
        if (member) {
            application.setAdditionalProfiles(MEMBER);
        } else if (has("demo.members", args)) {
            application.setAdditionalProfiles(CALLER);
            application.setDefaultProperties(Map.of("inparallel.cluster.secret", newSecret()));
        }
        ConfigurableApplicationContext context = application.run(args);
        if (member) {
            System.out.println(
                    JOINS_AT + context.getBean(ClusterView.class).address().orElseThrow());
            System.in.transferTo(OutputStream.nullOutputStream()); // until the process that has started it ends
        }
        if (!stays) {
            System.exit(SpringApplication.exit(context));
        }
    }

    private static boolean has(String option, String[] args) {
        String value = new SimpleCommandLinePropertySource(args).getProperty(option);
        return value != null && !"false".equals(value);
    }

    private static String newSecret() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
