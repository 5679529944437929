package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.WorkerStartException;
import io.github.inparallel.spring.WorkerPools;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** H2: in memory it is each process's own, in a file one process's. */
@Tag("process")
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedDatabaseTests {

    private static ConfigurableApplicationContext run(String... arguments) {
        SpringApplication application = new SpringApplication(ShopApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(arguments);
    }

    @Test
    void workersHaveTheirOwnDatabaseInMemoryAndOneWarningSaysSo(CapturedOutput output) {
        try (ConfigurableApplicationContext context = run("--inparallel.worker.bootstrap=sources")) {
            Till till = context.getBean(Till.class);

            till.book("book").join();

            assertThat(till.itemsSeenByWorker()).containsExactly("book");
            assertThat(till.items()).isEmpty();
            assertThat(output).containsOnlyOnce("Bean 'dataSource' is a database in memory (jdbc:h2:mem:shop)");
        }
    }

    @Test
    void aLockedFileSaysWhatToAddToTheUrl(@TempDir Path folder) {
        try (ConfigurableApplicationContext context = run(
                "--inparallel.worker.bootstrap=sources",
                "--spring.datasource.url=jdbc:h2:file:" + folder.resolve("shop"),
                "--inparallel.pool.restart-limit=1")) {
            Till till = context.getBean(Till.class);

            assertThatThrownBy(() -> till.book("book").join())
                    .hasRootCauseInstanceOf(Exception.class)
                    .satisfies(failure -> assertThat(failure)
                            .hasStackTraceContaining("AUTO_SERVER=TRUE")
                            .hasStackTraceContaining(WorkerStartException.class.getName()));
        }
    }

    @Test
    void aWorkerThatComesFirstDoesNotKeepTheApplicationOut(@TempDir Path folder) {
        try (ConfigurableApplicationContext context = run(
                "--inparallel.worker.bootstrap=sources",
                "--spring.main.lazy-initialization=true",
                "--spring.datasource.url=jdbc:h2:file:" + folder.resolve("shop"),
                "--inparallel.pools.default.min-workers=1",
                "--inparallel.pool.restart-limit=1")) {
            WorkerPools pools = context.getBean(WorkerPools.class);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> pools.get("default").stats().down());

            assertThat(context.getBean(Till.class).items()).isEmpty();
        }
    }

    @Test
    void aFileThatSeveralProcessesMayOpenIsShared(@TempDir Path folder) {
        try (ConfigurableApplicationContext context = run(
                "--inparallel.worker.bootstrap=sources",
                "--spring.datasource.url=jdbc:h2:file:" + folder.resolve("shop") + ";AUTO_SERVER=TRUE")) {
            Till till = context.getBean(Till.class);

            till.book("book").join();

            assertThat(till.items()).containsExactly("book");
        }
    }
}
