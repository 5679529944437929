package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.protocol.WorkerReport;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the log says of the first worker of a pool. */
@ExtendWith(OutputCaptureExtension.class)
class FirstReportsTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger(FirstReports.class);
    private final FirstReports reports = new FirstReports();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void restore() {
        logger.setLevel(null);
    }

    private static WorkerReport report(List<String> created, List<String> heldBack, String... warnings) {
        return new WorkerReport(created, heldBack, List.of(warnings));
    }

    @Test
    void firstWorkerOfAPoolIsOneLineOfWhatItHasAndWhatItDoesNotDo(CapturedOutput output) {
        PoolObserver ocr = reports.observer("ocr");
        ocr.workerReported("ocr-1", WorkerReport.EMPTY); // nothing to say
        ocr.workerReported("ocr-2", report(List.of("engine", "dataSource"), List.of("migrations (flyway)")));
        ocr.workerReported("ocr-3", report(List.of("another"), List.of()));
        reports.observer("scan").workerReported("scan-1", report(List.of("scanner"), List.of()));

        assertThat(output)
                .contains(
                        "Workers of pool 'ocr' have created: engine, dataSource. They hold back: migrations (flyway)",
                        "Workers of pool 'scan' have created: scanner. They hold back: nothing")
                .doesNotContain("another");
        assertThat(reports.get("ocr").created()).containsExactly("engine", "dataSource");
    }

    @Test
    void manyNamesAreCounted(CapturedOutput output) {
        List<String> names =
                IntStream.rangeClosed(1, 23).mapToObj(i -> "bean" + i).toList();

        reports.observer("ocr").workerReported("ocr-1", report(names, List.of()));

        assertThat(output).contains("bean20 and 3 more. They").doesNotContain("bean21");
        assertThat(reports.get("ocr").created()).hasSize(23);
    }

    @Test
    void warningIsSaidOnceWhicheverPoolHasIt(CapturedOutput output) {
        for (String pool : List.of("ocr", "scan")) {
            for (int i = 0; i < 2; i++) {
                reports.observer(pool).workerReported(pool, report(List.of(), List.of(), "Each worker has its own"));
            }
        }

        assertThat(output).containsOnlyOnce("Each worker has its own");
    }
}
