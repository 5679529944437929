package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.InParallel;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.publisher.Flux;

/** What users read when the application does not start. Everything that docs/configuration.md lists is here. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTests {

    private static void run(Class<?> source, String... arguments) {
        SpringApplication application = new SpringApplication(source);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext started = application.run(arguments)) {
            throw new AssertionError("It started: " + started);
        } catch (RuntimeException e) {
            // its analysis was printed
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--inparallel.pool.max-workers=0 | 'inparallel.pool.max-workers' has the value '0' | Set it to a value that is",
                "--inparallel.pools.ocr.min-workers=9 --inparallel.pools.ocr.max-workers=2 | 'inparallel.pools.ocr.min-workers' has the value '9' | max-workers",
                "--inparallel.pool.timeout=soon | inparallel.pool.timeout | Update your application's configuration",
                "--inparallel.pool.max-worker=3 | inparallel.pool.max-worker = 3 | Did you mean 'inparallel.pool.max-workers' instead",
                "--inparallel.pools.ocr.tiemout=3s | inparallel.pools.ocr.tiemout = 3s | Did you mean 'inparallel.pools.ocr.timeout'",
                "--inparallel.workers.profiles=a | inparallel.workers.profiles | Did you mean 'inparallel.worker.profiles'",
                "--inparallel.zzzzzzzzzz=a | inparallel.zzzzzzzzzz | Update your application's configuration.",
                "--inparallel.pool.heap=5 | 'inparallel.pool.heap' has the value '5B' | >= 1MB",
                "--inparallel.pool.timeout=-20s | 'inparallel.pool.timeout' has the value '-20s' | > 0",
                "--inparallel.pool.jvm-args=-Xmx1g | 'inparallel.pool.jvm-args' has the value '-Xmx1g' | set by heap",
                "--inparallel.pools.[my_pool!].retries=1 | 'my_pool!', in the properties below 'inparallel.pools.my_pool!', is no name of a pool | letters, digits",
                "--inparallel.cluster.enabled=true | 'inparallel.cluster.enabled' is set, but the module that knows it | io.github.inparallel:inparallel-cluster",
                "--inparallel.cluster.members[0]=a:1 | inparallel-cluster, is not on the class path | io.github.inparallel:inparallel-cluster",
                "--inparallel.pools.ocr.spread=cluster | 'inparallel.pools.ocr.spread' is set, but | io.github.inparallel:inparallel-cluster",
                "--inparallel.mode=fast | inparallel.mode | PROCESS",
                "--inparallel.pools.ocr=3 | '3' is no pool | Update your application's configuration"
            })
    void aWrongPropertyIsNamed(String arguments, String description, String action, CapturedOutput output) {
        run(Fine.class, arguments.split(" "));

        assertThat(output).contains("APPLICATION FAILED TO START", description, action);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "PrivateMethod | hidden | Remove 'private'",
                "FinalMethod | fixed | Remove 'final'",
                "BeanMethod | BeanMethod.engine is a @Bean method | methods of the bean's class",
                "FinalClass | its class is final | let the class implement an interface",
                "StreamParameter | InputStream | Use types whose values can cross",
                "TwoPools | names two pools, 'a' and 'b' | Name one of them",
                "BadTimeout | timeout 'soon' is no time limit | Use a positive duration",
                "NoProperty | timeout '${no.such.limit}' cannot be resolved | ${ocr.timeout:30s}",
                "BadRetries | retries = -7 is no number of times | Use 0 or more",
                "BlankPool | 'my pool' cannot be a pool | letters, digits"
            })
    void aWrongMethodIsNamed(String type, String description, String action, CapturedOutput output)
            throws ClassNotFoundException {
        run(Class.forName(getClass().getName() + "$" + type));

        assertThat(output).contains("APPLICATION FAILED TO START", type, description, action);
    }

    @Test
    void allWrongMethodsAreNamedAtOnce(CapturedOutput output) {
        run(ManyProblems.class);

        assertThat(output)
                .contains(
                        "4 @InParallel methods cannot run in workers",
                        "ManyProblems.first: parameter 'streams' (Map<String, List<InputStream>>) cannot cross",
                        "ManyProblems.second: the result (Flux<String>) cannot cross to another process: it gives its values as they come",
                        "Pass a List of them, or call once for each",
                        "StreamParameter.read",
                        "hidden() is private")
                .doesNotContain("Fine.fine");
    }

    @Test
    void allWrongMethodsOfOneClassAreNamedAtOnce(CapturedOutput output) {
        run(SeveralKinds.class);

        assertThat(output)
                .contains(
                        "4 @InParallel methods cannot run in workers",
                        "fixed() is final",
                        "common() is static",
                        "names two pools, 'a' and 'b'",
                        "SeveralKinds.read: parameter");
    }

    @Test
    void aBeanMethodIsNamedOnceAndNotByItsGeneratedClass(CapturedOutput output) {
        run(BeanMethod.class);

        assertThat(output).doesNotContain("methods cannot run in workers", "Remove 'final'");
    }

    @Test
    void aSourceOfWorkersThatThereIsNotIsNamed(CapturedOutput output) {
        run(Fine.class, "--inparallel.worker.bootstrap=sources", "--inparallel.worker.sources=com.example.Missing");

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START",
                        "inparallel.worker.sources names com.example.Missing, which is no class",
                        "Name classes with their packages");
    }

    @Test
    void bootstrapByAMainThatThereIsNotIsNamed(CapturedOutput output) {
        run(Fine.class, "--inparallel.worker.bootstrap=main");

        assertThat(output).contains("APPLICATION FAILED TO START", "Set inparallel.worker.bootstrap to sources");
    }

    @Test
    @Tag("process")
    void aFirstWorkerThatDoesNotStartSaysWhy(CapturedOutput output) {
        run(
                Fine.class,
                "--inparallel.pool.startup=blocking",
                "--inparallel.pool.heap=64MB",
                "--inparallel.worker.bootstrap=sources",
                "--inparallel.worker.sources=" + Failing.class.getName());

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START",
                        "It does not start in a worker",
                        "Mend what keeps the worker from starting");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Common {}

    /** What workers boot, and cannot. */
    static class Failing {
        @InParallel
        public void fail() {}

        Failing() {
            throw new IllegalStateException("It does not start in a worker");
        }
    }

    @Configuration
    @Import(Common.class)
    static class BeanMethod {
        @Bean
        @InParallel
        public Object engine() {
            return "an engine";
        }
    }

    @Import(Common.class)
    static class Fine {
        @InParallel
        public void fine() {}
    }

    @Import(Common.class)
    static class PrivateMethod {
        @InParallel
        @SuppressWarnings("UnusedMethod")
        private void hidden() {}
    }

    @Import(Common.class)
    static class SeveralKinds {
        @InParallel
        public final void fixed() {}

        @InParallel
        public static void common() {}

        @InParallel(value = "a", pool = "b")
        public void twoPools() {}

        @InParallel
        public void read(InputStream stream) {}

        @InParallel
        public void right() {}
    }

    @Import(Common.class)
    static class FinalMethod {
        @InParallel
        public final void fixed() {}
    }

    @Import(Common.class)
    static final class FinalClass {
        @InParallel
        public void fixed() {}
    }

    @Import(Common.class)
    static class StreamParameter {
        @InParallel
        public void read(InputStream stream) {}
    }

    @Import({Common.class, StreamParameter.class, PrivateMethod.class, Fine.class})
    static class ManyProblems {
        @InParallel
        public void first(Map<String, List<InputStream>> streams) {}

        @InParallel
        public Flux<String> second() {
            return Flux.empty();
        }
    }

    @Import(Common.class)
    static class TwoPools {
        @InParallel(value = "a", pool = "b")
        public void torn() {}
    }

    @Import(Common.class)
    static class BadTimeout {
        @InParallel(timeout = "soon")
        public void late() {}
    }

    @Import(Common.class)
    static class NoProperty {
        @InParallel(timeout = "${no.such.limit}")
        public void unset() {}
    }

    @Import(Common.class)
    static class BadRetries {
        @InParallel(retries = -7)
        public void often() {}
    }

    @Import(Common.class)
    static class BlankPool {
        @InParallel("my pool")
        public void pooled() {}
    }
}
