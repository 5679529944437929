package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.InParallel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** What is allowed, but most likely not meant. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class ConfigurationWarningsTests {

    private static void run(Class<?> source, String... arguments) {
        SpringApplication application = new SpringApplication(source);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(java.util.Map.of("inparallel.mode", "in-process"));
        application.run(arguments).close();
    }

    @Test
    void limitWithoutAUnitIsNamed(CapturedOutput output) {
        run(Brief.class, "--inparallel.pool.timeout=30", "--inparallel.pools.ocr.queueTimeout=5ms");

        assertThat(output)
                .contains("inparallel.pool.timeout = 30 is 30ms", "write timeout = 30s for seconds")
                .contains("inparallel.pools.ocr.queue-timeout = 5ms is 5ms")
                .containsPattern("Brief.read\\(\\): timeout '20' is 20ms. A number without a unit is in milliseconds");
    }

    @Test
    void limitThatIsMeantSoIsNot(CapturedOutput output) {
        run(
                Usual.class,
                "--inparallel.pool.timeout=30s",
                "--inparallel.pool.kill-grace=0",
                "--inparallel.pools.ocr.retries=1");

        assertThat(output).doesNotContain("without a unit").doesNotContain("by no property");
    }

    @Test
    void poolThatOnlyAMethodNamesIsNamedWithTheNearest(CapturedOutput output) {
        run(Misspelt.class, "--inparallel.pools.ocr.retries=1");

        assertThat(output)
                .contains("Pool 'orc' is named by Misspelt.read but by no property")
                .contains("Is it 'ocr' that is meant?")
                .contains("inparallel.pools.orc says it");
    }

    @Test
    void poolsThatNoPropertyNamesAreFine(CapturedOutput output) {
        run(Misspelt.class);

        assertThat(output).doesNotContain("by no property");
    }

    @Test
    void poolsOfProcessesAreNamedWithTheirSizeAndWhatTheyAreFor(CapturedOutput output) {
        run(
                Usual.class,
                "--logging.level.io.github.inparallel.spring.WorkerPools=info",
                "--inparallel.mode=process",
                "--inparallel.worker.bootstrap=sources",
                "--inparallel.pool.startup=on-demand",
                "--inparallel.pool.heap=96MB",
                "--inparallel.pool.max-workers=1",
                "--inparallel.pools.ocr.max-workers=3");

        assertThat(output)
                .contains("Pools of worker processes: ")
                .contains("'default' (1 to 1 worker, 96MB heap each, for Usual.write)")
                .contains("'ocr' (1 to 3 workers, 96MB heap each, for Usual.read)")
                .doesNotContain("Pools of threads");
    }

    @Test
    void poolsOfThreadsAreNotSaidToHaveProcesses(CapturedOutput output) {
        run(Usual.class, "--logging.level.io.github.inparallel.spring.WorkerPools=info");

        assertThat(output)
                .contains("Pools of threads in this process, as inparallel.mode is in-process: 'default' (1 to ")
                .doesNotContain("Pools of worker processes", "heap each");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Brief {
        @InParallel(value = "ocr", timeout = "20")
        public void read() {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Usual {
        @InParallel(value = "ocr", timeout = "20s")
        public void read() {}

        @InParallel
        public void write() {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Misspelt {
        @InParallel("orc")
        public void read() {}
    }
}
